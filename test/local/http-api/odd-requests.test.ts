/** Requests as no ordinary client sends them, byte for byte. */

import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { HttpApi } from '../../../local/http-api/server.ts';
import type { Lambda } from '../../../local/lambda/invoker.ts';

/** Answers with the event. */
const lambda = {
  invoke: async (_target: string, event: string) => ({
    failed: false,
    destination: { version: { version: '1' } },
    payload: JSON.stringify({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: event }),
  }),
} as unknown as Lambda;

const api = new HttpApi({ lambda, signed: false, allowedHosts: [], onAccess: () => undefined });
const route = (key: string) => ({ key, target: 'echo', timeoutMs: 5000, authorization: 'NONE' as const });
api.define({ routes: ['POST /count', 'GET /count/{id}', 'GET /docs'].map(route) });

beforeAll(() => once(api.server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => {
  api.server.closeAllConnections();
  api.server.close();
});

/** Sends text as it is, and reads until the server closes the connection. */
async function send(...lines: readonly string[]): Promise<string> {
  const { port } = api.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.end(lines.join('\r\n'));
  const chunks = await socket.toArray();
  return Buffer.concat(chunks as Buffer[]).toString();
}

const OWN = ['Host: localhost', 'Connection: close'];
const status = (response: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(response)?.[1]);
const bodyOf = (response: string) => response.slice(response.indexOf('\r\n\r\n') + 4);
const event = (response: string) => JSON.parse(bodyOf(response));
const get = (target: string, ...headers: readonly string[]) =>
  send(`GET ${target} HTTP/1.1`, ...OWN, ...headers, '', '');

test('a body without a length arrives whole', async () => {
  const head = ['POST /count HTTP/1.1', ...OWN, 'Content-Type: text/plain', 'Transfer-Encoding: chunked'];
  const { body } = event(await send(...head, '', '3', 'abc', '2;name=value', 'de', '0', 'X-Trailer: 1', '', ''));
  expect(body).toBe('abcde');
});

test('a client that waits for 100 receives it before the answer', async () => {
  const head = ['POST /count HTTP/1.1', ...OWN, 'Content-Type: text/plain', 'Content-Length: 3'];
  const response = await send(...head, 'Expect: 100-continue', '', 'abc');
  expect(response).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
});

test.each([
  ['a length and chunks', ['Content-Length: 3', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['two lengths', ['Content-Length: 3', 'Content-Length: 4'], 'abc'],
  ['a length that is no number', ['Content-Length: -1'], ''],
  ['chunks of no number', ['Transfer-Encoding: chunked'], 'x\r\nabc\r\n0\r\n\r\n'],
  ['a header with a space in its name', ['Content Type: text/plain'], ''],
])('%s: 400', async (_what, headers, body) => {
  expect(status(await send('POST /count HTTP/1.1', ...OWN, ...headers, '', body))).toBe(400);
});

test('parameters and headers with the names of every object arrive, and doubled ones are joined', async () => {
  const query = 'constructor=1&__proto__=2&toString=3&a=1&a=2&a=&b';
  const found = event(await get(`/docs?${query}`, '__proto__: x', 'constructor: y', 'X-Two: 1', 'x-two: 2'));
  expect(Object.entries(found.queryStringParameters)).toEqual([
    ['constructor', '1'],
    ['__proto__', '2'],
    ['toString', '3'],
    ['a', '1,2,'],
    ['b', ''],
  ]);
  expect(Object.entries(found.headers)).toEqual(
    expect.arrayContaining([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['x-two', '1,2'],
    ]),
  );
  expect(found.rawQueryString).toBe(query);
});

test.each([
  ['GET', '/count/%00', 200],
  ['GET', '/count/%F0%9F%9A%97', 200],
  ['GET', `/count/${'x'.repeat(8000)}`, 200],
  ['GET', `/docs?${'a=1&'.repeat(2000)}`, 200],
  ['GET', '/count/%zz', 404],
  ['GET', '/count/%ff', 404],
  ['GET', '//docs', 404],
  ['GET', '/docs/', 404],
  ['GET', '/docs/../docs', 404],
  ['GET', '/DOCS', 404],
  ['GET', '/count', 404],
  ['PUT', '/count', 404],
  ['DELETE', '/docs', 404],
  ['PROPFIND', '/docs', 404],
  ['OPTIONS', '/docs', 404],
  ['OPTIONS', '*', 404],
  ['HEAD', '/docs', 404],
  ['BREW', '/docs', 400],
  ['GET', `/docs?${'a'.repeat(20_000)}`, 431],
])('%s %s', async (method, target, expected) => {
  const response = await send(`${method} ${target} HTTP/1.1`, ...OWN, '', '');
  expect(status(response)).toBe(expected);
  if (expected === 404) expect(bodyOf(response)).toBe(method === 'HEAD' ? '' : '{"message":"Not Found"}');
});

test('a request without Host, as of HTTP/1.0, is refused', async () => {
  expect(status(await send('GET /docs HTTP/1.0', '', ''))).toBe(403);
  expect(status(await send('GET /docs HTTP/1.1', 'Connection: close', '', ''))).toBe(400);
});
