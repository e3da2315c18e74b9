/** Errors as responses. XML for S3 and the Query protocol, JSON for the other services. */

import { UnsupportedError } from '../errors.ts';
import { AwsError } from './aws-error.ts';
import { json, type ServiceRequest, type ServiceResponse } from './service.ts';

/** Names that the JSON services have for these codes of S3. */
const JSON_NAMES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'InvalidSignatureException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  AccessDenied: 'MissingAuthenticationTokenException',
};

/** @param id of the request */
export function errorResponse(thrown: unknown, request: ServiceRequest, id: string): ServiceResponse {
  const error = asAwsError(thrown);
  const isJson = request.headers['x-amz-target'] !== undefined || request.path.startsWith('/2015-03-31/');
  if (!isJson) return xmlResponse(error, id);
  const type = JSON_NAMES[error.code] ?? error.code;
  const body = { __type: type, message: error.message, Message: error.message };
  return json(error.status, body, { 'x-amzn-errortype': type });
}

/** @param id of the request */
export function xmlResponse(error: AwsError, id: string): ServiceResponse {
  return { status: error.status, headers: { 'content-type': 'application/xml' }, body: error.toXml(id) };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof UnsupportedError) return new AwsError('NotImplemented', 501, error.message);
  const cause = error instanceof Error ? error.stack : error;
  return new AwsError('InternalError', 500, `The emulator failed: ${cause}`, {}, { cause: error });
}
