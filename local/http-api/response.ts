/**
 * Answers of functions as HTTP responses, by the rules of payload format 2.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

import { validateHeaderName, validateHeaderValue } from 'node:http';

/** What goes back to the client. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** A function's answer that is no answer to an HTTP request. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/**
 * The response that a function's answer (JSON) means: as given when there is a `statusCode`, else 200 with the answer
 * itself as JSON. @throws MalformedResponseError
 */
export function httpResponse(payload: string): HttpResponse {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const text = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  return explicitAnswer(answer as Record<string, unknown>);
}

function explicitAnswer({
  statusCode,
  headers,
  cookies,
  body,
  isBase64Encoded,
}: Record<string, unknown>): HttpResponse {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new MalformedResponseError(`expected a statusCode of 100–599, received ${JSON.stringify(statusCode)}`);
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new MalformedResponseError(`expected body to be a string, received ${typeof body}`);
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

/** How the body travels is between this server and its client. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade']);

function checkedHeaders(headers: object): Record<string, string> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  try {
    for (const [name, value] of given) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (error) {
    throw new MalformedResponseError('expected headers that HTTP allows', { cause: error });
  }
  return Object.fromEntries(given.filter(([name]) => !HOP_BY_HOP.has(name)));
}
