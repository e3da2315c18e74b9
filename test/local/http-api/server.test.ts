/** The HTTP API: events of functions, responses to clients. */

import { request } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { alias, fn, httpApi, ref, version } from '../fixtures/assembly.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const MB = 1024 * 1024;

/** All fields required, to assert on them. */
type Event = Required<Omit<APIGatewayProxyEventV2, 'headers'>> & { headers: Record<string, string> };

let emulator: EmulatorProcess;

beforeAll(async () => {
  const live = { ...alias('Echo', 'live', '1'), DependsOn: 'Version' };
  const routes = {
    'POST /things/{id}': ref('Live'),
    'GET /things/special': ref('Live'),
    'GET /things/{id}': ref('Live'),
    'GET /files/{path+}': ref('Live'),
    'ANY /any': ref('Live'),
    'GET /echo': ref('Live'),
    'POST /echo': ref('Live'),
    'GET /limited': ref('Live'),
    'GET /closed': { 'Fn::GetAtt': ['Closed', 'Arn'] },
    'POST /probe': { 'Fn::GetAtt': ['Probe', 'Arn'] },
  };
  const api = {
    CorsConfiguration: {
      AllowOrigins: ['https://app.example'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['content-type'],
      MaxAge: 600,
    },
  };
  const resources = {
    Echo: fn('echo', { Timeout: 2 }),
    Version: version('Echo'),
    Live: live,
    Probe: fn('probe', { Timeout: 1 }),
    Closed: fn('probe', { ReservedConcurrentExecutions: 0 }),
    ...httpApi(routes, {
      api,
      stage: { DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 40 } },
      integration: { TimeoutInMillis: 1500 },
    }),
  };
  emulator = await EmulatorProcess.start(
    [{ name: 'Http', resources }],
    ['--concurrency', '2', '--allow-host', 'Laptop.example'],
  );
});

afterAll(() => emulator?.stop());

const call = (path: string, init: RequestInit = {}) => fetch(emulator.url + path, init);
const event = async (path: string, init: RequestInit = {}): Promise<Event> =>
  (await (await call(path, init)).json()) as Event;

const answering = (answer: unknown) => call(`/echo?answer=${encodeURIComponent(JSON.stringify(answer))}`);

test('a request reaches its function as an event of format 2.0', async () => {
  const received = await event('/things/a%20b?x=1&y=%C3%BC&x=2', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Custom': 'One', Cookie: 'a=1; b=2', 'User-Agent': 'tester' },
    body: '{"a":1}',
  });
  const { port } = new URL(emulator.url);
  expect(received).toEqual({
    version: '2.0',
    routeKey: 'POST /things/{id}',
    rawPath: '/things/a b',
    rawQueryString: 'x=1&y=%C3%BC&x=2',
    cookies: ['a=1', 'b=2'],
    headers: expect.objectContaining({
      'content-type': 'application/json',
      'content-length': '7',
      'x-custom': 'One',
      'user-agent': 'tester',
      host: `localhost:${port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': port,
      'x-forwarded-proto': 'http',
    }),
    queryStringParameters: { x: '1,2', y: 'ü' },
    requestContext: {
      accountId: '000000000000',
      apiId: expect.any(String),
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method: 'POST', path: '/things/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tester' },
      requestId: expect.any(String),
      routeKey: 'POST /things/{id}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    pathParameters: { id: 'a b' },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
  expect(received.headers).not.toHaveProperty('cookie');
});

test.each([
  ['text/plain; charset=utf-8', false],
  ['application/json', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/problem+json', true],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['image/svg+xml', true],
])('a body of %s arrives in base64: %p', async (type, isBase64Encoded) => {
  const received = await event('/echo', { method: 'POST', headers: { 'content-type': type }, body: 'some text' });
  expect(received.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.from(received.body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('some text');
});

test('binary bodies arrive unchanged, with and without a content type', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const headers of [{ 'content-type': 'image/jpeg' }, undefined]) {
    const received = await event('/echo', { method: 'POST', body: bytes, ...(headers && { headers }) });
    expect(received.isBase64Encoded).toBe(true);
    expect(new Uint8Array(Buffer.from(received.body, 'base64'))).toEqual(bytes);
  }
});

test.each([0, 1, 2].map((more) => 3 * 49_152 + more))('a body of %d bytes is one text in base64', async (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 7919) >> 5);
  const { body } = await event('/echo', { method: 'POST', body: bytes });
  expect(body).toBe(Buffer.from(bytes).toString('base64'));
});

test('a multipart form arrives in base64, byte for byte', async () => {
  const form = new FormData();
  form.set('file', new Blob([Uint8Array.of(0xff, 0xd8, 0)], { type: 'image/jpeg' }), 'a.jpg');
  const received = await event('/echo', { method: 'POST', body: form });
  expect(received.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  const again = await new Response(Buffer.from(received.body, 'base64'), { headers: received.headers }).formData();
  expect(new Uint8Array(await (again.get('file') as Blob).arrayBuffer())).toEqual(Uint8Array.of(0xff, 0xd8, 0));
});

test('a request without a body has none in its event', async () => {
  const received = await event('/echo');
  expect(received).not.toHaveProperty('body');
  expect(received).not.toHaveProperty('queryStringParameters');
  expect(received.isBase64Encoded).toBe(false);
});

test.each([
  ['GET', '/things/special', 'GET /things/special'],
  ['GET', '/things/other', 'GET /things/{id}'],
  ['POST', '/things/special', 'POST /things/{id}'],
  ['GET', '/files/a/b.txt', 'GET /files/{path+}'],
  ['DELETE', '/any', 'ANY /any'],
])('%s %s takes the route %s', async (method, path, routeKey) => {
  expect((await event(path, { method })).routeKey).toBe(routeKey);
});

test.each([
  ['GET', '/'],
  ['GET', '/nowhere'],
  ['GET', '/things'],
  ['GET', '/things/'],
  ['GET', '/echo/'],
  ['PUT', '/echo'],
  ['GET', '/files/%E0%A4%A'],
])('%s %s is not found', async (method, path) => {
  const response = await call(path, { method });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'Not Found' });
});

test('a body over 10 MB is too large, one of 10 MB is accepted', async () => {
  const over = await call('/nowhere', { method: 'POST', body: new Uint8Array(10 * MB + 1) });
  expect(over.status).toBe(413);
  expect(await over.json()).toEqual({ message: 'Request Entity Too Large' });
  expect((await call('/nowhere', { method: 'POST', body: new Uint8Array(10 * MB) })).status).toBe(404);
});

test('a body of more than 6 MB in base64 is too long', async () => {
  expect((await call('/echo', { method: 'POST', body: new Uint8Array(4.7 * MB) })).status).toBe(413);
});

test.each([
  ['an object', { a: 1 }, 200, '{"a":1}', 'application/json'],
  ['a text', 'hello', 200, 'hello', 'application/json'],
  ['a status alone', { statusCode: 204 }, 204, '', 'text/plain;charset=UTF-8'],
  [
    'status, type and body',
    { statusCode: 201, headers: { 'Content-Type': 'text/css' }, body: 'a{}' },
    201,
    'a{}',
    'text/css',
  ],
  ['base64', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi', 'text/plain;charset=UTF-8'],
])('a function that returns %s', async (_, answer, status, body, type) => {
  const response = await answering(answer);
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(body);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('apigw-requestid')).toBeTruthy();
});

test('an idle connection stays open for longer than clients keep it', async () => {
  const response = await answering({ statusCode: 200 });
  expect(response.headers.get('keep-alive')).toBe('timeout=60');
});

test('each cookie of a response is a header of its own', async () => {
  const response = await answering({ statusCode: 200, cookies: ['a=1; Secure', 'b=2'] });
  expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
});

test.each([
  [{ statusCode: 'fine' }],
  [{ statusCode: 99 }],
  [{ statusCode: 200, body: { a: 1 } }],
  [{ statusCode: 200, headers: { 'x-y': 'a\nb' } }],
])('a malformed result (%j) is an internal error', async (answer) => {
  const response = await answering(answer);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: 'Internal Server Error' });
});

test.each([{ act: 'throw', message: 'secret' }, { act: 'exit', status: 1 }, { act: 'hang' }])(
  'a failure of a function (%j) is an internal error without details',
  async (event) => {
    const response = await call('/probe', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  },
);

test('an integration timeout is 503', async () => {
  const response = await call('/limited?wait=1');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ message: 'Service Unavailable' });
});

test('a throttled function is 503', async () => {
  expect((await call('/closed')).status).toBe(503);
});

test('requests beyond the burst of a route are throttled', async () => {
  const statuses = await Promise.all(Array.from({ length: 41 }, async () => (await call('/any')).status));
  expect(statuses).toContain(429);
  expect(statuses.filter((status) => status === 429).length).toBeLessThanOrEqual(2);
});

describe('the host name', () => {
  const statusFor = (host: string, method = 'GET') =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(emulator.url);
      const headers = { host, origin: `http://${host}` };
      const sent = request({ hostname, port, path: '/things/1', method, headers }, (response) =>
        response.toArray().then((chunks) => resolve(`${response.statusCode} ${Buffer.concat(chunks)}`), reject),
      );
      sent.on('error', reject).end();
    });

  test.each([
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::2]',
    '10.0.0.1',
  ])('%s is refused with each method', async (host) => {
    const refused = `Expected a host of this machine for Host, received "${host}" (npm start -- --allow-host NAME)`;
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect(await statusFor(host, method)).toBe(`403 ${JSON.stringify({ message: refused })}`);
  });

  test.each(['localhost', 'LOCALHOST:8000', '127.0.0.1:1', '[::1]:8000', 'laptop.example', 'LAPTOP.example:443'])(
    '%s is served',
    async (host) => expect(await statusFor(host)).toMatch(/^200 /),
  );
});

describe('for pages of another origin', () => {
  const preflight = (origin: string, method = 'POST') =>
    call('/echo', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
    });

  test('a preflight from an allowed origin receives the allowed methods and headers', async () => {
    const response = await preflight('https://app.example');
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    });
  });

  test.each([
    ['https://evil.example', 'POST'],
    ['https://app.example', 'DELETE'],
  ])('a preflight from %s for %s receives no permission', async (origin, method) => {
    expect((await preflight(origin, method)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a response has CORS headers for allowed origins only', async () => {
    const allowed = await call('/things/special', { headers: { origin: 'https://app.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const other = await call('/things/special', { headers: { origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('after a client that disconnects during a request, the next request is served', async () => {
  const { port } = new URL(emulator.url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy());
    });
    socket.once('close', () => resolve());
  });
  expect((await call('/things/special')).status).toBe(200);
});
