/**
 * HTTP responses from the results of functions, by the rules of payload format 2.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

import { validateHeaderName, validateHeaderValue } from 'node:http';

/** A response to the client. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** A function's result is not a valid HTTP response. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/**
 * The response for a function's result: as given when it has a `statusCode`, else 200 with the result as JSON.
 * @param payload the result as JSON
 * @throws MalformedResponseError
 */
export function httpResponse(payload: string): HttpResponse {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const text = typeof result === 'string' ? result : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  return explicitResponse(result as Record<string, unknown>);
}

function explicitResponse({
  statusCode,
  headers,
  cookies,
  body,
  isBase64Encoded,
}: Record<string, unknown>): HttpResponse {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new MalformedResponseError(`Expected 100–599 for statusCode, received ${JSON.stringify(statusCode)}`);
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new MalformedResponseError(`Expected a string for body, received ${typeof body}`);
  }
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...checkedHeaders(headers ?? {}),
      ...(Array.isArray(cookies) && cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** Headers of the connection between this server and its client. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade']);

function checkedHeaders(headers: object): Record<string, string> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  try {
    for (const [name, value] of given) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (error) {
    throw new MalformedResponseError('Expected valid HTTP headers for headers', { cause: error });
  }
  return Object.fromEntries(given.filter(([name]) => !HOP_BY_HOP.has(name)));
}
