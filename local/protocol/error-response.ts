/** Errors as responses. XML for S3 and the Query protocol, JSON for the other services. */

import { UnsupportedError } from '../errors.ts';
import { AwsError, escapeXml } from './aws-error.ts';
import { json, type ServiceRequest, type ServiceResponse } from './service.ts';

/** Names that the JSON services have for these codes of S3. */
const JSON_NAMES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'InvalidSignatureException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  AccessDenied: 'MissingAuthenticationTokenException',
};

/** Paths of REST APIs in JSON begin with the API's version: Lambda's. */
const DATED_PATH = /^\/\d{4}-\d{2}-\d{2}\//;

/** @param id of the request */
export function errorResponse(thrown: unknown, request: ServiceRequest, id: string): ServiceResponse {
  const error = asAwsError(thrown);
  const isQuery = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (isQuery) return queryResponse(error, id);
  const isJson = request.headers['x-amz-target'] !== undefined || DATED_PATH.test(request.path);
  if (!isJson) return xmlResponse(error, id);
  const type = JSON_NAMES[error.code] ?? error.code;
  const body = { __type: type, message: error.message, Message: error.message };
  return json(error.status, body, { 'x-amzn-errortype': type });
}

/** @param id of the request */
export function xmlResponse(error: AwsError, id: string): ServiceResponse {
  return { status: error.status, headers: { 'content-type': 'application/xml' }, body: error.toXml(id) };
}

/**
 * An error of the Query protocol, as CloudFormation's.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
function queryResponse({ code, status, message }: AwsError, id: string): ServiceResponse {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const fields = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const body = `<ErrorResponse><Error>${fields}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof UnsupportedError) return new AwsError('NotImplemented', 501, error.message);
  const cause = error instanceof Error ? error.stack : error;
  return new AwsError('InternalError', 500, `The emulator failed: ${cause}`, {}, { cause: error });
}
