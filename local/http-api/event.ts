/**
 * Requests as the events of payload format 2.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCOUNT } from '../account.ts';
import type { Payload } from '../lambda/runtime-api.ts';
import type { Caller } from './iam.ts';

/** The route of a request. */
export interface RouteMatch {
  /** `POST /{endpoint}` or `$default` */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Absent: the request was not authorized. */
  readonly caller?: Caller;
}

/**
 * Content types whose bodies are passed as text. All others are base64-encoded, also forms and requests without a
 * type: measured on AWS in https://github.com/ministackorg/ministack/pull/766. So are bodies with a content coding:
 * assumed, because AWS documents only that binary bodies are encoded.
 */
const TEXT = /^(text\/.*|application\/(json|javascript|xml))$/i;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The event for one request, as JSON. API Gateway decodes the path, but not the query. */
export function httpEvent(request: IncomingMessage, body: Buffer, match: RouteMatch): Payload {
  const url = splitUrl(request.url ?? '/');
  const { cookie, ...headers } = joinedHeaders(request);
  const query = joinedQuery(url.query);
  const isCoded = /^(?!identity$)./.test(headers['content-encoding']?.trim() ?? '');
  const isText = !isCoded && TEXT.test((headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '');
  const isBase64Encoded = body.length > 0 && !isText;
  const event = JSON.stringify({
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: url.path,
    rawQueryString: url.query,
    ...(cookie ? { cookies: cookie.split(/; */) } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: requestContext(request, headers, { path: url.path, ...match }),
    ...(Object.keys(match.pathParameters).length > 0 ? { pathParameters: match.pathParameters } : {}),
    ...(body.length > 0 && isText ? { body: body.toString() } : {}),
    isBase64Encoded,
  });
  return isBase64Encoded ? withBody(event, body) : event;
}

/** Bytes that are encoded at a time: a multiple of three, so that only the last piece is padded. */
const PIECE = 3 * 16 * 1024;

/**
 * Adds the body to the JSON of an object. As bytes, because a string of 1.7 MB is copied once more for each process
 * that it passes, and JSON.stringify takes 6 ms to find that it contains nothing to escape. In pieces, because V8 frees
 * a large string only with its whole heap.
 */
function withBody(event: string, body: Buffer): Buffer {
  const [start, end] = [`${event.slice(0, -1)},"body":"`, '"}'];
  let at = Buffer.byteLength(start);
  const bytes = Buffer.allocUnsafe(at + Math.ceil(body.length / 3) * 4 + end.length);
  bytes.write(start);
  for (let from = 0; from < body.length; from += PIECE)
    at += bytes.write(body.toString('base64', from, from + PIECE), at, 'latin1');
  bytes.write(end, at, 'latin1');
  return bytes;
}

/** Path, decoded, and query, as sent. @throws URIError for a path that cannot be decoded */
export function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path: decodeURIComponent(path), query: mark < 0 ? '' : url.slice(mark + 1) };
}

function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const headers = dictionary();
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  const port = String(request.socket.localPort ?? '');
  const forwarded = { 'x-forwarded-for': sourceIp(request), 'x-forwarded-port': port, 'x-forwarded-proto': 'http' };
  return { ...headers, ...forwarded };
}

/** Without the names that every object has, because a caller can send them: `?constructor=1`. */
function dictionary(): Record<string, string> {
  return Object.create(null);
}

/** Values of the same name are joined by commas. */
function joinedQuery(query: string): Record<string, string> | undefined {
  const joined = dictionary();
  for (const [name, value] of new URLSearchParams(query)) {
    joined[name] = name in joined ? `${joined[name]},${value}` : value;
  }
  return Object.keys(joined).length > 0 ? joined : undefined;
}

function requestContext(
  request: IncomingMessage,
  headers: Record<string, string>,
  { path, routeKey, caller }: RouteMatch & { readonly path: string },
): object {
  const domainName = (headers.host ?? '').replace(/:\d+$/, '');
  const now = new Date();
  return {
    accountId: ACCOUNT,
    apiId: 'laptop',
    ...(caller ? { authorizer: caller } : {}),
    domainName,
    domainPrefix: domainName.split('.')[0],
    http: {
      method: request.method,
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: sourceIp(request),
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}

function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(time: Date): string {
  const [date, clock] = time.toISOString().split('T') as [string, string];
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
}
