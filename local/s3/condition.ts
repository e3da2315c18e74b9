/** Conditional writes: `If-Match` and `If-None-Match: *` of a PUT. */

import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest } from '../protocol/service.ts';

/** Headers that make a write conditional. */
export const CONDITIONS = ['if-match', 'if-none-match'] as const;

/** Whether the write has a condition. */
export function isConditional({ headers }: ServiceRequest): boolean {
  return CONDITIONS.some((name) => headers[name] !== undefined);
}

/** The request without its conditions. */
export function withoutConditions(request: ServiceRequest): ServiceRequest {
  const headers = Object.entries(request.headers).filter(
    ([name]) => !CONDITIONS.some((condition) => condition === name),
  );
  return { ...request, headers: Object.fromEntries(headers) };
}

/**
 * Checks a write's conditions.
 * @param etag of the present object, without quotes; undefined: there is none
 * @throws AwsError PreconditionFailed, NoSuchKey, NotImplemented
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkConditions({ headers }: ServiceRequest, key: string, etag: string | undefined): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new AwsError('NotImplemented', 501, 'A header you provided implies functionality that is not implemented', {
      Header: 'If-None-Match',
    });
  }
  if (match !== undefined && etag === undefined) {
    throw new AwsError('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
  }
  const failed = noneMatch !== undefined && etag !== undefined ? 'If-None-Match' : undefined;
  const changed = match !== undefined && match.replaceAll('"', '') !== etag ? 'If-Match' : undefined;
  const Condition = failed ?? changed;
  if (Condition === undefined) return;
  throw new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition,
  });
}
