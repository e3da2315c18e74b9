/** The operation of an S3 request, as far as functions and commands send it. */

import type { OperationName } from '../protocol/operations.ts';
import type { ServiceRequest } from '../protocol/service.ts';
import { changeOf, type ObjectLocation } from './request.ts';

/** @returns undefined for an operation that nobody here sends */
export function operationOf(request: ServiceRequest, location: ObjectLocation): OperationName<'s3'> | undefined {
  const change = changeOf(request);
  if (change) return change;
  const { method, query } = request;
  if (!location.bucket) return method === 'GET' ? 'ListBuckets' : undefined;
  return location.key ? ofObject(method, query) : ofBucket(method, query);
}

function ofObject(method: string, query: URLSearchParams): OperationName<'s3'> | undefined {
  switch (method) {
    case 'GET':
      return query.has('uploadId') || query.has('attributes') ? undefined : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      return 'UploadPart';
    case 'POST':
      return query.has('uploads') ? 'CreateMultipartUpload' : undefined;
    case 'DELETE':
      return 'AbortMultipartUpload';
    default:
      return undefined;
  }
}

function ofBucket(method: string, query: URLSearchParams): OperationName<'s3'> | undefined {
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2';
  if (method === 'GET' && query.has('versions')) return 'ListObjectVersions';
  return method === 'POST' && query.has('delete') ? 'DeleteObjects' : undefined;
}
