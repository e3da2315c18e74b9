/** A form upload as a PUT, and its response. */

import type { ServiceRequest, ServiceResponse } from '../protocol/service.ts';
import type { PostForm } from './post-policy.ts';
import { type ObjectLocation, pathOf } from './request.ts';

const PUT_HEADERS = /^(content-type|content-disposition|content-encoding|cache-control|x-amz-meta-.+)$/;

/** The PUT of the form's file, with the fields of the form as its headers. */
export function putOf({ fields, file }: PostForm, request: ServiceRequest): ServiceRequest {
  const headers = Object.fromEntries([...fields].filter(([name]) => PUT_HEADERS.test(name)));
  return { ...request, method: 'PUT', query: new URLSearchParams(), headers, body: file };
}

/** S3's default response to a form: 204 without a body. @param put the response to the PUT */
export function formResponse(location: ObjectLocation, put: ServiceResponse, host: string): ServiceResponse {
  const versionId = put.headers?.['x-amz-version-id'];
  return {
    status: 204,
    headers: {
      etag: put.headers?.etag ?? '',
      location: `http://${host}${pathOf(location)}`,
      ...(versionId ? { 'x-amz-version-id': versionId } : {}),
    },
  };
}
