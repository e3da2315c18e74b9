/** What an S3 request is about, read from its address. */

import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest } from '../protocol/service.ts';

/** Bucket and key of a request, whichever of the two styles it came in. */
export interface ObjectLocation {
  /** Empty for the list of buckets. */
  readonly bucket: string;
  /** Decoded; empty for the bucket itself. */
  readonly key: string;
}

/** Query parameters that are played. Others change what an operation means, so they must not be passed over. */
const SUPPORTED = new Set(
  [
    [
      'list-type',
      'prefix',
      'delimiter',
      'max-keys',
      'marker',
      'continuation-token',
      'start-after',
      'encoding-type',
      'fetch-owner',
    ],
    [
      'uploads',
      'uploadId',
      'partNumber',
      'delete',
      'attributes',
      'versionId',
      'x-id',
      'response-content-type',
      'response-content-language',
    ],
    ['response-expires', 'response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ].flat(),
);

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
    throw Object.assign(new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.", { URI: text }), { cause });
  }
}

/** The path-style address of a location. */
export function pathOf({ bucket, key }: ObjectLocation): string {
  return `/${encodeURIComponent(bucket)}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Presigned URLs carry headers, such as `x-amz-meta-colour`, as query parameters. A checksum among them is of a body
 * that nobody knew when the URL was made; S3 ignores it (https://github.com/localstack/localstack/issues/12169).
 */
export function withHoistedHeaders(request: ServiceRequest): ServiceRequest {
  const query = new URLSearchParams(request.query);
  const hoisted = [...query].filter(([name]) => name.startsWith('x-amz-'));
  for (const [name] of hoisted) query.delete(name);
  const meant = hoisted.filter(([name]) => !name.includes('checksum'));
  return { ...request, query, headers: { ...Object.fromEntries(meant), ...request.headers } };
}

/** @throws AwsError NotImplemented, by name, for what the laptop does not play */
export function checkSupported(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (SUPPORTED.has(name) || name.startsWith('X-Amz-')) continue;
    throw new AwsError('NotImplemented', 501, `The laptop does not play requests with ?${name}.`, { Parameter: name });
  }
}

/** What happens to an object, named as S3's events name it; undefined for what changes nothing. */
export type Change = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject' | undefined;

export function changeOf({ method, query, headers }: ServiceRequest): Change {
  if (method === 'PUT' && !query.has('partNumber')) return headers['x-amz-copy-source'] ? 'CopyObject' : 'PutObject';
  if (method === 'POST' && query.has('uploadId')) return 'CompleteMultipartUpload';
  if (method === 'DELETE' && !query.has('uploadId')) return 'DeleteObject';
  return undefined;
}
