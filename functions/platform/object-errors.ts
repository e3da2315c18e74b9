import { NoSuchKey, NotFound, S3ServiceException } from '@aws-sdk/client-s3';

/** The object does not exist, or was deleted. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  constructor(key: string, options?: ErrorOptions) {
    super(`Expected an object at ${key}, received none`, options);
  }
}

/** S3 did not answer, or answered with an internal error. A retry can succeed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(action: string, key: string, options?: ErrorOptions) {
    super(`Expected an answer from S3 for ${action} ${key}, received ${describe(options?.cause)}`, options);
  }
}

/** The object is not as it was read: another writer changed, made or deleted it. */
export class ObjectChangedError extends Error {
  override readonly name = 'ObjectChangedError';
  constructor(key: string, options?: ErrorOptions) {
    super(`Expected the object at ${key} to be as it was read, but it was changed meanwhile`, options);
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

/** Whether a conditional write failed. 409: another write is under way. Not found: the object was deleted. */
export function isChanged(error: unknown): boolean {
  if (error instanceof ObjectNotFoundError) return true;
  const { cause } = error as Error;
  const names = ['PreconditionFailed', 'ConditionalRequestConflict'];
  return cause instanceof S3ServiceException && names.includes(cause.name);
}

/**
 * Whether the object does not exist. The answer to a HEAD has no body, so its error is `NotFound`; a deleted version is
 * `NoSuchVersion`.
 */
export function isMissing(cause: unknown): boolean {
  if (cause instanceof NoSuchKey || cause instanceof NotFound) return true;
  return cause instanceof S3ServiceException && ['NoSuchKey', 'NotFound', 'NoSuchVersion'].includes(cause.name);
}
