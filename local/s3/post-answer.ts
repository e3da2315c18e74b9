/** A form upload as the PUT that it stands for, and the answer that its form asks for. */

import { escapeXml } from '../protocol/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../protocol/service.ts';
import type { PostForm } from './post-policy.ts';
import { type ObjectLocation, pathOf } from './request.ts';

const PUT_HEADERS = /^(content-type|content-disposition|content-encoding|cache-control|x-amz-meta-.+)$/;

export function putOf({ fields, file }: PostForm, request: ServiceRequest): ServiceRequest {
  const headers = Object.fromEntries([...fields].filter(([name]) => PUT_HEADERS.test(name)));
  return { ...request, method: 'PUT', query: new URLSearchParams(), headers, body: file };
}

/** Default: 204 without a body, as S3. */
export function formAnswer(
  { fields }: PostForm,
  { bucket, key }: ObjectLocation,
  { answer, host }: { answer: ServiceResponse; host: string },
): ServiceResponse {
  const location = `http://${host}${pathOf({ bucket, key })}`;
  const etag = answer.headers?.etag ?? '';
  const headers = {
    etag,
    location,
    ...(answer.headers?.['x-amz-version-id'] ? { 'x-amz-version-id': answer.headers['x-amz-version-id'] } : {}),
  };
  const redirect = fields.get('success_action_redirect');
  if (redirect && URL.canParse(redirect)) {
    const to = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) to.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, location: to.href } };
  }
  const status = Number(fields.get('success_action_status'));
  if (status !== 201) return { status: status === 200 ? 200 : 204, headers };
  const parts = Object.entries({ Location: location, Bucket: bucket, Key: key, ETag: etag });
  const xml = parts.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${xml}</PostResponse>`;
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}
