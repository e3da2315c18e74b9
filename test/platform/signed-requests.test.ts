import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { Objects, StoreUnavailableError } from '../../functions/platform/objects.ts';
import { SignedRequests } from '../../functions/platform/signed-requests.ts';
import { CREDENTIALS } from '../../local/account.ts';
import { checkSignature } from '../../local/protocol/signature.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers of an S3, one for each request; the last one for all further ones. `reset`: the connection breaks. */
type Answers = readonly (number | 'reset')[];

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function bucketWith(...answers: Answers) {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    const answer = answers[Math.min(received.length, answers.length) - 1] ?? 200;
    if (answer === 'reset') request.socket.destroy();
    else response.writeHead(answer).end();
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = clientOf({ endpoint: `http://127.0.0.1:${port}` });
  return { received, client, objects: new Objects('bucket', client, new SignedRequests('bucket', client)) };
}

function clientOf(settings: object = {}): S3Client {
  const credentials = { ...CREDENTIALS, sessionToken: 'a+/=' };
  return new S3Client({ region: 'us-east-1', credentials, userAgentAppId: 'c0de', ...settings });
}

const PICTURE = Buffer.from('a picture');
const SHA256 = createHash('sha256').update(PICTURE).digest();

/** Throws unless the signature is that of the request. */
async function check({ method, url, headers, body }: Received): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://bucket');
  const request = { method, path: pathname, query: searchParams, headers: headers as Record<string, string>, body };
  checkSignature(request as Parameters<typeof checkSignature>[0], new Date());
}

describe('a put', () => {
  test('is one signed request with the type, the bytes and their checksum', async () => {
    const { objects, received } = await bucketWith(200);
    await objects.put("annotated/count-cars/id=a b'(ü)!*.jpg", PICTURE, 'image/jpeg');
    expect(received).toHaveLength(1);
    const [put] = received as [Received];
    expect(put).toMatchObject({
      method: 'PUT',
      url: '/bucket/annotated/count-cars/id%3Da%20b%27%28%C3%BC%29%21%2A.jpg',
      body: PICTURE,
      headers: {
        'content-type': 'image/jpeg',
        'content-length': '9',
        'user-agent': 'ml-deployment app/c0de',
        'x-amz-checksum-sha256': SHA256.toString('base64'),
        'x-amz-content-sha256': SHA256.toString('hex'),
        'x-amz-security-token': 'a+/=',
      },
    });
    await check(put);
  });

  test('takes a SHA-256 that is known already', async () => {
    const { objects, received } = await bucketWith(200);
    await objects.put('inputs/a', PICTURE, 'image/jpeg', '00'.repeat(32));
    expect(received[0]?.headers['x-amz-content-sha256']).toBe('00'.repeat(32));
  });

  test('of JSON is indented text with a line end', async () => {
    const { objects, received } = await bucketWith(200);
    await objects.putJson('results/a.json', { count: 3 });
    expect(received[0]?.body.toString()).toBe('{\n  "count": 3\n}\n');
    expect(received[0]?.headers['content-type']).toBe('application/json');
  });

  test('follows the clock of S3, which the client has learned', async () => {
    const { client, objects, received } = await bucketWith(200);
    client.config.systemClockOffset = -86_400_000;
    await objects.put('inputs/a', PICTURE, 'image/jpeg');
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    expect(received[0]?.headers['x-amz-date']?.slice(0, 8)).toBe(yesterday);
  });

  test.each<Answers[number]>([503, 403, 'reset'])('that fails (%s) is repeated by the SDK', async (answer) => {
    const { objects, received } = await bucketWith(answer, 200);
    await objects.put('inputs/a', PICTURE, 'image/jpeg');
    expect(received.map(({ headers }) => /^aws-sdk-js/.test(headers['user-agent'] ?? ''))).toEqual([false, true]);
    expect(received[1]).toMatchObject({ method: 'PUT', url: '/bucket/inputs/a?x-id=PutObject', body: PICTURE });
  });

  test('without credentials is the error of the SDK, and the next one looks for them again', async () => {
    const { client, received } = await bucketWith(200);
    const { endpoint } = client.config;
    let attempts = 0;
    const credentials = async () => {
      attempts += 1;
      if (attempts <= 2) throw new Error('no credentials');
      return CREDENTIALS;
    };
    const late = clientOf({ endpoint: await endpoint?.(), credentials, maxAttempts: 1 });
    const objects = new Objects('bucket', late, new SignedRequests('bucket', late));
    await expect(objects.put('inputs/a', PICTURE, 'image/jpeg')).rejects.toThrow(StoreUnavailableError);
    await objects.put('inputs/b', PICTURE, 'image/jpeg');
    expect(received).toMatchObject([{ url: '/bucket/inputs/b', headers: { 'user-agent': 'ml-deployment app/c0de' } }]);
  });

  test('that fails each time is the error of the SDK', async () => {
    const { objects, received } = await bucketWith(403);
    const put = objects.put('inputs/a', PICTURE, 'image/jpeg');
    await expect(put).rejects.toThrow(StoreUnavailableError);
    await expect(put).rejects.toThrow('Expected an answer from S3 for write inputs/a, received Unknown: UnknownError');
    expect(received).toHaveLength(2);
  });
});

describe('a presigned URL', () => {
  const KEY = "annotated/count-cars/id=a b'(ü)!*.jpg";
  const NOW = new Date('2026-11-26T08:00:00.000Z');

  test.each<[string, object, string | undefined]>([
    ['of a bucket in its own host', {}, undefined],
    ['of a version', {}, 'v/1=+'],
    ['of a bucket in the path', { endpoint: 'http://127.0.0.1:8001' }, undefined],
    ['of another region', { region: 'cn-north-1' }, undefined],
  ])('%s is that of the SDK', async (_, settings, version) => {
    const client = clientOf(settings);
    const direct = new Objects('bucket', client, new SignedRequests('bucket', client));
    const expected = await new Objects('bucket', client).presignGet(KEY, 900, NOW, version);
    expect(await direct.presignGet(KEY, 900, NOW, version)).toEqual(expected);
  });
});
