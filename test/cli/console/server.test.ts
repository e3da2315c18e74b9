/** The console against an API that enforces signatures. */

import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Console, startConsole } from '../../../cli/console/server.ts';
import { CREDENTIALS, REGION } from '../../../local/account.ts';
import { type Reply, startUpstream, type Upstream } from './upstream.ts';

const PAGE = '<script type="application/json" id="settings">{"name":"<\\u002fscript>","auth":"iam"}</script>';

let bucket: Upstream;
let api: Upstream;
let started: Console;
let origin: string;

beforeAll(async () => {
  bucket = await startUpstream(
    ({ headers }) => (headers.authorization ? { status: 400 } : { status: 200, body: 'from the bucket' }),
    () => true,
  );
  const replies: Readonly<Record<string, Reply>> = {
    '/status': {
      headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'" },
      body: PAGE,
    },
    '/cars/uploads': {
      status: 201,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${bucket.url}/pictures`, fields: { key: 'a' } }),
    },
    '/cars/large': { status: 303, headers: { location: `${bucket.url}/result?X-Amz-Signature=1` } },
  };
  api = await startUpstream(({ target, body }) => {
    const reply = replies[target.split('?')[0] ?? ''];
    return reply ?? { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ bytes: body.length }) };
  });
});
beforeEach(async () => {
  started = await startConsole({ url: api.url, region: REGION, credentials: CREDENTIALS });
  origin = new URL(started.address).origin;
});
afterEach(() => started.close());
afterAll(() => {
  api.close();
  bucket.close();
});

/** Sends a request with any headers, which `fetch` forbids for `host`. */
function send(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = httpRequest(`${origin}${path}`, { method, headers }, (response) => {
      text(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer });
      }, reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** Opens the address of the terminal. @returns the cookie */
async function opened(): Promise<string> {
  const { status, headers } = await send(started.address.slice(origin.length));
  expect([status, headers.location]).toEqual([303, '/status']);
  const [cookie = ''] = headers['set-cookie'] as string[];
  expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  return cookie.split(';')[0] ?? '';
}

describe('who may use it', () => {
  test('it listens on this machine only', () => {
    expect(started.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  });

  test('without the token nothing reaches the API', async () => {
    const before = api.received.length;
    for (const path of ['/', '/status', '/cars/status', '/?token=wrong', '/status?token=wrong']) {
      expect((await send(path)).status).toBe(403);
    }
    expect((await send('/status', { cookie: `console-${new URL(origin).port}=wrong` })).status).toBe(403);
    expect(api.received).toHaveLength(before);
  });

  test('the token is valid once', async () => {
    const cookie = await opened();
    const again = await send(started.address.slice(origin.length));
    expect([again.status, again.body]).toEqual([403, expect.stringContaining('valid once')]);
    expect((await send('/status', { cookie })).status).toBe(200);
  });

  test('the token of an earlier run opens nothing', async () => {
    const cookie = await opened();
    started.close();
    started = await startConsole({ url: api.url, region: REGION, credentials: CREDENTIALS });
    origin = new URL(started.address).origin;
    expect((await send('/status', { cookie })).status).toBe(403);
  });

  test.each<[string, Record<string, string>]>([
    ['a foreign host name (DNS rebinding)', { host: 'attacker.example' }],
    ['localhost, which is another host', { host: 'localhost' }],
    ['a foreign origin', { origin: 'https://attacker.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused, with the cookie, too', async (_, headers) => {
    const cookie = await opened();
    const before = api.received.length;
    expect((await send('/cars', { cookie, ...headers }, 'POST')).status).toBe(403);
    expect(api.received).toHaveLength(before);
  });

  test('a foreign page cannot use up the token', async () => {
    const path = started.address.slice(origin.length);
    expect((await send(path, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    await opened();
  });
});

describe('what it sends', () => {
  test('requests are signed with query and body, and leave the cookie behind', async () => {
    const headers = { cookie: await opened(), origin, 'content-type': 'text/plain', accept: 'application/json' };
    const path = '/cars?labels=a%20b&labels=c&confidence=0.5';
    const { status, body } = await send(path, headers, 'POST', 'picture');
    expect([status, JSON.parse(body)]).toEqual([200, { bytes: 7 }]);
    const last = api.received.at(-1);
    expect(last).toMatchObject({ method: 'POST', target: path, headers: { 'content-type': 'text/plain' } });
    expect(last?.headers).not.toHaveProperty('cookie');
    expect(last?.headers).not.toHaveProperty('origin');
  });

  test('temporary credentials send their session token', async () => {
    started.close();
    const credentials = async () => ({ ...CREDENTIALS, sessionToken: 'session' });
    started = await startConsole({ url: api.url, region: REGION, credentials });
    origin = new URL(started.address).origin;
    expect((await send('/cars/status', { cookie: await opened() })).status).toBe(200);
    expect(api.received.at(-1)?.headers).toMatchObject({ 'x-amz-security-token': 'session' });
  });

  test('a token of the page is sent instead of a signature', async () => {
    const headers = { cookie: await opened(), authorization: 'Bearer abc' };
    await send('/cars', headers, 'POST');
    expect(api.received.at(-1)?.headers.authorization).toBe('Bearer abc');
    expect(api.received.at(-1)?.headers).not.toHaveProperty('x-amz-date');
  });

  test('an API that does not answer is a 502', async () => {
    started.close();
    started = await startConsole({ url: 'http://127.0.0.1:1', region: REGION, credentials: CREDENTIALS });
    origin = new URL(started.address).origin;
    expect((await send('/status', { cookie: await opened() })).status).toBe(502);
  });
});

describe('what it answers', () => {
  test('the settings of a page say which API is signed for, and the policy stays', async () => {
    const { headers, body } = await send('/status', { cookie: await opened() });
    const [, json = ''] = /id="settings">(.*)<\/script>$/.exec(body) ?? [];
    expect(JSON.parse(json)).toEqual({ name: '</script>', auth: 'iam', signedFor: api.url });
    expect(json).not.toContain('<');
    expect(headers).toMatchObject({ 'content-security-policy': "default-src 'self'", 'cache-control': 'no-store' });
  });

  test('an upload goes through the console to the bucket, without a signature of the API', async () => {
    const cookie = await opened();
    const ticket = JSON.parse((await send('/cars/uploads?content_type=image/png', { cookie }, 'POST')).body);
    expect(ticket).toEqual({ url: expect.stringContaining(`${origin}/console/uploads/`), fields: { key: 'a' } });
    const path = ticket.url.slice(origin.length);
    const type = 'multipart/form-data; boundary=b';
    expect((await send(path, { cookie, 'content-type': type }, 'POST', 'form')).status).toBe(200);
    expect(bucket.received.at(-1)).toMatchObject({
      method: 'POST',
      target: '/pictures',
      headers: { 'content-type': type },
    });
    expect(String(bucket.received.at(-1)?.body)).toBe('form');
  });

  test('a redirect to the bucket is followed without the signature', async () => {
    const { status, body } = await send('/cars/large', { cookie: await opened() });
    expect([status, body]).toEqual([200, 'from the bucket']);
  });
});
