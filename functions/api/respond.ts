import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import Negotiator from 'negotiator';
import type { Asset } from './assets.ts';
import { SECURITY_HEADERS } from './headers.ts';
import type { Problem } from './schemas.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/**
 * The answer with a file, compressed where the caller accepts that. Browsers revalidate each time, and get 304 unless a
 * deployment changed the file.
 * @param extra further headers
 */
export function send(event: APIGatewayProxyEventV2, found: Asset, extra: Record<string, string> = {}): Answer {
  const { bytes, type, etag, gzip } = found;
  const headers = { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-cache', etag, ...extra };
  if (event.headers['if-none-match'] === etag) return { statusCode: 304, headers, body: '' };
  const compressed = gzip && acceptsGzip(event);
  return {
    statusCode: 200,
    headers: {
      ...headers,
      ...(gzip && { vary: 'accept-encoding' }),
      ...(compressed && { 'content-encoding': 'gzip' }),
    },
    body: (compressed ? gzip : bytes).toString('base64'),
    isBase64Encoded: true,
  };
}

/** The answer with a small JSON value that is not cached. */
export function json(body: unknown): Answer {
  const headers = { ...SECURITY_HEADERS, 'content-type': 'application/json', 'cache-control': 'no-cache' };
  return { statusCode: 200, headers, body: JSON.stringify(body) };
}

/** The problem for an unknown path below a known route. */
export function notFound({ rawPath, requestContext }: APIGatewayProxyEventV2): Answer {
  const expected = 'a path that /openapi.json lists';
  const problem: Problem = {
    type: '/docs#not-found',
    title: 'The path does not exist',
    status: 404,
    detail: `Expected ${expected}.`,
    instance: requestContext.requestId,
    errors: [{ field: 'path', expected, received: rawPath.slice(0, 80) }],
  };
  const headers = { ...SECURITY_HEADERS, 'content-type': 'application/problem+json' };
  return { statusCode: 404, headers, body: JSON.stringify(problem) };
}

function acceptsGzip({ headers }: APIGatewayProxyEventV2): boolean {
  const accepted = { headers: { 'accept-encoding': headers['accept-encoding'] ?? 'identity' } };
  return new Negotiator(accepted).encoding(['gzip', 'identity']) === 'gzip';
}
