/** Reads the address and the parameters of an S3 request. */

import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest } from '../protocol/service.ts';
import { CONDITIONS } from './condition.ts';

/** Bucket and key of a request, in path style or with the bucket in the host name. */
export interface ObjectLocation {
  /** Empty for the list of buckets. */
  readonly bucket: string;
  /** Decoded; empty for the bucket itself. */
  readonly key: string;
}

/** Query parameters that S3 and the emulator read. Others would change the meaning of an operation: rejected. */
const PARAMETERS: ReadonlySet<string> = new Set(
  [
    'list-type prefix delimiter max-keys marker continuation-token start-after encoding-type fetch-owner',
    'uploads uploadId partNumber delete attributes versionId x-id versions key-marker version-id-marker',
    'response-content-type response-content-language response-expires response-cache-control',
    'response-content-disposition response-content-encoding',
  ].flatMap((names) => names.split(' ')),
);

/** Form fields that would change the result, too. */
const FORM_RESPONSES = ['success_action_status', 'success_action_redirect', 'redirect'];

/** @param buckets names that a host may start with: `bucket.localhost:8001` */
export function locationOf({ path, headers }: ServiceRequest, buckets: ReadonlySet<string>): ObjectLocation {
  const [, first = '', ...rest] = path.split('/');
  const host = (headers.host ?? '').split('.')[0] ?? '';
  const [bucket, key] = buckets.has(host) ? [host, [first, ...rest]] : [decodeKey(first), rest];
  return { bucket, key: decodeKey(key.join('/')) };
}

function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.", { URI: text }, { cause });
  }
}

/** S3's longest key, bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** @throws AwsError KeyTooLongError */
export function checkKey({ key }: ObjectLocation): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  const details = { Size: String(size), MaxSizeAllowed: String(MAX_KEY_BYTES) };
  throw new AwsError('KeyTooLongError', 400, 'Your key is too long', details);
}

/** The path-style address of an object. */
export function pathOf({ bucket, key }: ObjectLocation): string {
  return `/${encodeURIComponent(bucket)}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Moves headers out of the query, where presigned URLs carry them (`x-amz-meta-colour`). Drops checksums, as S3 does,
 * because the body was not known when the URL was made (https://github.com/localstack/localstack/issues/12169).
 */
export function withHoistedHeaders(request: ServiceRequest): ServiceRequest {
  const query = new URLSearchParams(request.query);
  const hoisted = [...query].filter(([name]) => name.startsWith('x-amz-'));
  for (const [name] of hoisted) query.delete(name);
  const headers = hoisted.filter(([name]) => !name.includes('checksum'));
  return { ...request, query, headers: { ...Object.fromEntries(headers), ...request.headers } };
}

/** @throws AwsError NotImplemented for a parameter, a condition or an operation that the emulator does not support */
export function checkSupported(request: ServiceRequest): void {
  for (const name of request.query.keys()) {
    if (!PARAMETERS.has(name) && !name.startsWith('X-Amz-')) throw unsupported(`Requests with ?${name}`, name);
  }
  const change = changeOf(request);
  const condition = CONDITIONS.find((name) => request.headers[name] !== undefined);
  if (change && change !== 'PutObject' && condition) throw unsupported(`${change} with ${condition}`, condition);
  if (change && change !== 'DeleteObject' && request.query.has('versionId')) {
    throw unsupported('Writes of a version', 'versionId');
  }
}

/** @throws AwsError NotImplemented for a form that asks for a response other than S3's default */
export function checkFormSupported(fields: ReadonlyMap<string, string>): void {
  const field = FORM_RESPONSES.find((name) => fields.has(name));
  if (field) throw unsupported(`Forms with ${field}`, field);
}

function unsupported(what: string, Parameter: string): AwsError {
  return new AwsError('NotImplemented', 501, `${what} are not supported by the emulator.`, { Parameter });
}

/** A change of an object, named as in S3's events. */
export type Change = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject';

/** The change that a request makes; undefined for reads, and for parts of uploads. */
export function changeOf({ method, query, headers }: ServiceRequest): Change | undefined {
  if (method === 'PUT' && !query.has('partNumber')) return headers['x-amz-copy-source'] ? 'CopyObject' : 'PutObject';
  if (method === 'POST' && query.has('uploadId')) return 'CompleteMultipartUpload';
  if (method === 'DELETE' && !query.has('uploadId')) return 'DeleteObject';
  return undefined;
}
