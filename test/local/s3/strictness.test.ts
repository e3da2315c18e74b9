/** What S3 refuses, and what the emulator refuses because its credentials are public: foreign pages and host names. */

import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { EventBuses, type Rule } from '../../../local/events/bus.ts';
import type { Queues } from '../../../local/sqs/queues.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const Bucket = 'strict-bucket';
const PAGE = 'https://app.example';

let emulator: EmulatorProcess;
let s3: S3Client;

beforeAll(async () => {
  const cors = { AllowedOrigins: [PAGE], AllowedMethods: ['GET', 'HEAD', 'POST'], AllowedHeaders: ['*'] };
  const bucket = {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: Bucket, CorsConfiguration: { CorsRules: [cors] } },
  };
  emulator = await EmulatorProcess.start([{ name: 'Strict', resources: { Bucket: bucket } }]);
  s3 = new S3Client({ ...emulator.client, requestChecksumCalculation: 'WHEN_REQUIRED' });
});
afterAll(() => emulator?.stop());

const code = async (response: Response) => /<Code>(.*)<\/Code>/.exec(await response.text())?.[1];
const presigned = (Key: string, method: 'GET' | 'PUT' = 'GET') =>
  getSignedUrl(s3, method === 'GET' ? new GetObjectCommand({ Bucket, Key }) : new PutObjectCommand({ Bucket, Key }), {
    expiresIn: 60,
  });

describe('a key may have any character', () => {
  test.each([
    '😀.jpg',
    'a b+c%d',
    'ä/ö//ü',
    '.hidden',
    'q?x=1&y#z',
    'quote\'"<>&',
    '\u0001\u007f',
    '日本語/写真.png',
    'x'.repeat(1024),
  ])('%j', async (Key) => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    expect(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe(Key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each(['x'.repeat(1025), '😀'.repeat(257)])('but not over 1,024 bytes', async (Key) => {
    const put = s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError', Size: String(Buffer.byteLength(Key)) });
  });

  test('its event is ASCII, which every queue takes', async () => {
    const sent: string[] = [];
    const deliver = async (_target: unknown, text: string) => void sent.push(text);
    const bus = new EventBuses({ deliver } as unknown as Queues);
    bus.define('rule', { arn: 'rule', pattern: { source: ['aws.s3'] }, targets: [{}] } as unknown as Rule);
    const event = { source: 'aws.s3', detail: { object: { key: 'uploads/😀ü\u0001.jpg' } } };
    await bus.put(event);
    expect(sent).toEqual([expect.stringMatching(/^[\x20-\x7e]+$/)]);
    expect(JSON.parse(sent[0] as string)).toEqual(event);
  });
});

describe('a checksum is compared with the content', () => {
  const content = '123456789';
  const hash = (algorithm: string) => createHash(algorithm).update(content).digest('base64');
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(content));
  const right: readonly (readonly [string, string])[] = [
    ['ContentMD5', hash('md5')],
    ['ChecksumCRC32', crc.toString('base64')],
    // The check value of CRC-32C: e3069283.
    ['ChecksumCRC32C', Buffer.from('e3069283', 'hex').toString('base64')],
    // The check values of CRC-64/NVME and XXH64.
    ['ChecksumCRC64NVME', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
    ['ChecksumXXHASH64', Buffer.from('8cb841db40e6ae83', 'hex').toString('base64')],
    ['ChecksumMD5', hash('md5')],
    ['ChecksumSHA512', hash('sha512')],
    ['ChecksumSHA1', hash('sha1')],
    ['ChecksumSHA256', hash('sha256')],
  ];
  const put = (input: object, Body = content) => s3.send(new PutObjectCommand({ Bucket, Key: 'sum', Body, ...input }));

  test.each(right)('%s', async (name, digest) => {
    await put({ [name]: digest });
    await expect(put({ [name]: digest }, '12345678?')).rejects.toMatchObject({ name: 'BadDigest' });
    const wrong = name === 'ContentMD5' ? 'InvalidDigest' : 'InvalidRequest';
    await expect(put({ [name]: 'bm9uZQ' })).rejects.toMatchObject({ name: wrong });
  });

  test('only one is allowed, and of a known kind', async () => {
    const sums = { ChecksumSHA256: hash('sha256'), ChecksumSHA1: hash('sha1') };
    await expect(put(sums)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
    const client = new S3Client({ ...emulator.client, requestChecksumCalculation: 'WHEN_REQUIRED' });
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-checksum-crc16'] = 'AAA=';
        return next(args);
      },
      { step: 'build' },
    );
    await expect(client.send(new PutObjectCommand({ Bucket, Key: 'sum', Body: content }))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'The algorithm type you specified in x-amz-checksum- header is invalid.',
    });
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'of %s in the trailer of a stream',
    async (ChecksumAlgorithm) => {
      // The SDK warns that it cannot send a stream again.
      const warn = jest.spyOn(console, 'warn').mockImplementation();
      const send = (spoil: (body: Buffer) => Buffer) => {
        const client = new S3Client(emulator.client);
        client.middlewareStack.add(
          (next) => async (args) => {
            const request = args.request as { body: AsyncIterable<Uint8Array> };
            const chunks: Uint8Array[] = [];
            for await (const chunk of request.body) chunks.push(chunk);
            return next({ ...args, request: { ...request, body: spoil(Buffer.concat(chunks)) } });
          },
          { step: 'finalizeRequest', priority: 'low' },
        );
        const Body = Readable.from([Buffer.from(content.slice(0, 4)), Buffer.from(content.slice(4))]);
        const input = { Bucket, Key: `stream-${ChecksumAlgorithm}`, Body, ContentLength: 9, ChecksumAlgorithm };
        return client.send(new PutObjectCommand(input));
      };
      let sent = '';
      await send((body) => {
        sent = body.toString();
        return body;
      });
      expect(sent).toContain(`x-amz-checksum-${ChecksumAlgorithm.toLowerCase()}:`);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `stream-${ChecksumAlgorithm}` }));
      expect(await Body?.transformToString()).toBe(content);
      await expect(send((body) => Buffer.from(body.toString().replace('9', '?')))).rejects.toMatchObject({
        name: 'BadDigest',
        message: `The ${ChecksumAlgorithm} you specified did not match the calculated checksum.`,
      });
      warn.mockRestore();
    },
  );

  test('of a list of objects to delete too', async () => {
    const client = new S3Client(emulator.client);
    await client.send(new PutObjectCommand({ Bucket, Key: 'listed', Body: 'x' }));
    const Delete = { Objects: [{ Key: 'listed' }] };
    await expect(
      client.send(new DeleteObjectsCommand({ Bucket, Delete, ChecksumAlgorithm: 'CRC64NVME' })),
    ).resolves.toMatchObject({ Deleted: [{ Key: 'listed' }] });
  });

  test('of the parts of a large object', async () => {
    const client = new S3Client(emulator.client);
    const key = { Bucket, Key: 'parts' };
    const type = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...key, ...type }));
    const ChecksumCRC64NVME = Buffer.from('ae8b14860a799888', 'hex').toString('base64');
    const part = { ...key, UploadId, PartNumber: 1, ChecksumCRC64NVME };
    await expect(client.send(new UploadPartCommand({ ...part, Body: '12345678?' }))).rejects.toMatchObject({
      name: 'BadDigest',
    });
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: content }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC64NVME }] };
    await client.send(new CompleteMultipartUploadCommand({ ...key, UploadId, MultipartUpload, ChecksumCRC64NVME }));
    const { Body } = await client.send(new GetObjectCommand(key));
    expect(await Body?.transformToString()).toBe(content);
  });

  test('of a form too', async () => {
    const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'form' });
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...fields, 'x-amz-checksum-sha256': hash('sha256') }))
      body.append(name, value);
    body.append('file', new Blob(['12345678?']));
    const response = await fetch(url, { method: 'POST', body });
    expect([response.status, await code(response)]).toEqual([400, 'BadDigest']);
  });
});

test.each([
  ['bytes=1-2', 206, 'bc', 'bytes 1-2/6'],
  ['bytes=-100', 206, 'abcdef', 'bytes 0-5/6'],
  ['bytes=0-1,3-4', 200, 'abcdef', null],
  ['bytes=3-1', 200, 'abcdef', null],
  ['bytes=6-', 416, expect.stringContaining('<Code>InvalidRange</Code>'), 'bytes */6'],
])('a read of %s is answered as by S3', async (range, ...expected) => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'letters', Body: 'abcdef' }));
  const response = await fetch(await presigned('letters'), { headers: { range } });
  expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual(expected);
});

describe('signatures of version 2 are refused as S3 refuses them', () => {
  const expected = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
  test.each<[string, string, Record<string, string>]>([
    ['in the query', '?AWSAccessKeyId=laptop&Signature=abc&Expires=1900000000', {}],
    ['in the header', '', { authorization: 'AWS laptop:abc' }],
  ])('%s', async (_where, query, headers) => {
    const response = await fetch(`${emulator.client.endpoint}/${Bucket}/a${query}`, { headers });
    const body = await response.text();
    expect([response.status, body]).toEqual([400, expect.stringContaining(`<Message>${expected}</Message>`)]);
    expect(body).toContain('<Code>InvalidRequest</Code>');
  });
});

describe('a page of another origin', () => {
  const EVIL = 'https://evil.example';
  const pages = (origin: string) => [{ origin }, { origin, 'sec-fetch-site': 'cross-site' }];

  test('may read an object and post a form where the CORS rules allow it', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'seen', Body: 'x' }));
    expect((await fetch(await presigned('seen'), { headers: { origin: PAGE } })).status).toBe(200);
    const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'posted' });
    const post = (origin: string) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append('file', new Blob(['x']));
      return fetch(url, { method: 'POST', body, headers: { origin } });
    };
    expect((await post(PAGE)).status).toBe(204);
    expect(await code(await post(EVIL))).toBe('AccessForbidden');
  });

  test('may show a picture, which it cannot read', async () => {
    const response = await fetch(await presigned('seen'), { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(200);
  });

  test.each([EVIL, 'null', PAGE])('may not delete, put or deploy (%s)', async (origin) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'x' }));
    for (const headers of pages(origin)) {
      const put = await fetch(await presigned('kept', 'PUT'), { method: 'PUT', headers, body: 'evil' });
      const remove = await fetch(`${emulator.client.endpoint}/${Bucket}?delete`, {
        method: 'POST',
        headers,
        body: '<Delete/>',
      });
      const deploy = await fetch(`${emulator.client.endpoint}/laptop/deployments`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      const invoke = await fetch(`${emulator.client.endpoint}/2015-03-31/functions/f/invocations`, {
        method: 'POST',
        headers,
      });
      for (const response of [put, remove, deploy, invoke])
        expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('AccessForbidden')]);
    }
    expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: 'kept' }))).Body?.transformToString()).toBe('x');
  });

  test('may not read where the rules do not allow it', async () => {
    const response = await fetch(await presigned('seen'), { headers: { origin: EVIL } });
    expect([response.status, await code(response)]).toEqual([403, 'AccessForbidden']);
  });
});

describe('the host name', () => {
  const bodyFor = (host: string) =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(emulator.client.endpoint);
      const sent = request({ hostname, port, path: '/', headers: { host } }, (response) =>
        response.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject),
      );
      sent.on('error', reject).end();
    });
  const refused = 'Expected a host of this machine for Host, received';

  test.each([
    'evil.example',
    'evil.example:8001',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '[::2]',
  ])('%s is refused before the signature is read', async (host) => {
    expect(await bodyFor(host)).toContain(refused);
  });

  test.each(['127.0.0.1:8001', 'localhost:8001', 'LOCALHOST', '[::1]:8001', 'strict-bucket.localhost:8001'])(
    '%s is taken',
    async (host) => expect(await bodyFor(host)).toContain('<Message>Access Denied</Message>'),
  );
});
