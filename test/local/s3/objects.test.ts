/** S3 by its clients: the AWS SDK, presigned URLs and forms, the AWS CLI. */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const MB = 1024 * 1024;
const Bucket = 'objects-bucket';

let emulator: EmulatorProcess;
let s3: S3Client;

beforeAll(async () => {
  const cors = {
    AllowedOrigins: ['https://*.example'],
    AllowedMethods: ['GET', 'POST'],
    AllowedHeaders: ['*'],
    ExposedHeaders: ['ETag'],
  };
  const bucket = {
    Type: 'AWS::S3::Bucket',
    Properties: { VersioningConfiguration: { Status: 'Enabled' }, CorsConfiguration: { CorsRules: [cors] } },
  };
  emulator = await EmulatorProcess.start([{ name: 'Objects', resources: { Bucket: bucket } }]);
  s3 = new S3Client(emulator.client);
});

afterAll(() => emulator?.stop());

const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();
const url = (Key: string, options: object = {}) =>
  getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60, ...options });
const code = async (response: Response) => /<Code>(.*)<\/Code>/.exec(await response.text())?.[1];

describe('by the SDK', () => {
  test('an object keeps its bytes, type and metadata', async () => {
    await put('a/b c+d=é.txt', 'hello', { ContentType: 'text/plain', Metadata: { colour: 'red' } });
    const got = await get('a/b c+d=é.txt');
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { colour: 'red' }, ContentLength: 5 });
    expect(got.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect(await got.Body?.transformToString()).toBe('hello');
  });

  test('an object may be empty and have any type', async () => {
    await put('empty', new Uint8Array(0), { ContentType: 'no type at all' });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'empty' }));
    expect(head).toMatchObject({ ContentLength: 0, ContentType: 'no type at all' });
    await put('json', '{}', { ContentType: 'application/x-amz-json-1.0' });
    expect(await text('json')).toBe('{}');
  });

  test('an object over 11 MB is uploaded in one request, and in parts', async () => {
    const bytes = Buffer.alloc(12 * MB, 7);
    await put('large', bytes);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'large' }))).ContentLength).toBe(bytes.length);
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'parts', ContentType: 'image/png' }),
    );
    const parts = await Promise.all(
      [1, 2].map(async (PartNumber) => {
        const Body = bytes.subarray(0, 6 * MB);
        return {
          PartNumber,
          ETag: (await s3.send(new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber, Body }))).ETag,
        };
      }),
    );
    await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts: parts } }),
    );
    expect(await get('parts')).toMatchObject({
      ContentLength: bytes.length,
      ContentType: 'image/png',
      ETag: expect.stringMatching(/-2"$/),
    });
  });

  test('an object is uploaded as a stream with a trailing checksum', async () => {
    const Body = Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(70_000, 2)]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 140_000 }));
    const bytes = await (await get('stream')).Body?.transformToByteArray();
    expect([bytes?.length, bytes?.[0], bytes?.[139_999]]).toEqual([140_000, 1, 2]);
  });

  test('a missing object or bucket is an error', async () => {
    await expect(get('nowhere')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'nowhere' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(s3.send(new GetObjectCommand({ Bucket: 'other', Key: 'a' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  test('objects are listed by prefix', async () => {
    await Promise.all(['list/1', 'list/2', 'list/x/3'].map((key) => put(key, key)));
    const { Contents = [], CommonPrefixes = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/' }),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual(['list/1', 'list/2']);
    expect(CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual(['list/x/']);
  });

  test('an overwritten, copied or deleted object is found by its version', async () => {
    const first = await put('versioned', 'one');
    const second = await put('versioned', 'two');
    expect(first.VersionId).not.toBe(second.VersionId);
    expect(await get('versioned')).toMatchObject({ VersionId: second.VersionId });
    expect(await text('versioned', { VersionId: first.VersionId })).toBe('one');
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/versioned` }));
    expect(await text('copy', { VersionId: copied.VersionId })).toBe('two');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'versioned' }));
    await expect(get('versioned')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await text('versioned', { VersionId: second.VersionId })).toBe('two');
    await expect(get('versioned', { VersionId: 'none' })).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  test.each([{ IfMatch: '"0"' }, { IfNoneMatch: '*' }])(
    'a write whose condition fails has no effect: %j',
    async (condition) => {
      await put('conditional', 'first');
      const failed = put('conditional', 'second', condition);
      await expect(failed).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
      expect(await text('conditional')).toBe('first');
    },
  );

  test('of two writers who have read the same, one fails', async () => {
    const { ETag } = await put('contended', 'first', { IfNoneMatch: '*' });
    const both = await Promise.allSettled(['a', 'b'].map((body) => put('contended', body, { IfMatch: ETag })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(put('absent', 'x', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(put('contended', 'x', { IfNoneMatch: ETag })).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('concurrent writes of one object all keep their version', async () => {
    const written = await Promise.all(Array.from({ length: 10 }, (_, i) => put('race', String(i))));
    const kept = await Promise.all(written.map(({ VersionId }) => text('race', { VersionId })));
    expect(kept).toEqual(written.map((_, i) => String(i)));
  });

  test('wrong credentials are rejected', async () => {
    const other = (keys: object) =>
      new S3Client({ ...emulator.client, credentials: { ...emulator.client.credentials, ...keys } });
    const command = new GetObjectCommand({ Bucket, Key: 'a' });
    await expect(other({ secretAccessKey: 'wrong' }).send(command)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    await expect(other({ accessKeyId: 'nobody' }).send(command)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  });

  test('operations that are not supported are rejected', async () => {
    await expect(s3.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});

describe('without a signature', () => {
  test.each(['GET', 'PUT', 'DELETE', 'POST'])('%s is rejected', async (method) => {
    const response = await fetch(`${emulator.client.endpoint}/${Bucket}/a`, { method });
    expect(response.status).toBe(403);
    expect(await code(response)).toBe('AccessDenied');
  });
});

describe('by a presigned URL', () => {
  beforeAll(() => put('shared', 'to be seen', { ContentType: 'text/plain' }));

  test('an object is read, by each host name that was signed', async () => {
    const response = await fetch(await url('shared'));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('to be seen');
    const byName = new S3Client({
      ...emulator.client,
      endpoint: emulator.client.endpoint.replace('127.0.0.1', 'localhost'),
      forcePathStyle: true,
    });
    const signed = await getSignedUrl(byName, new GetObjectCommand({ Bucket, Key: 'shared' }));
    expect((await fetch(signed)).status).toBe(200);
  });

  test('an object is written', async () => {
    const signed = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'by-url' }), { expiresIn: 60 });
    expect((await fetch(signed, { method: 'PUT', body: 'bytes' })).status).toBe(200);
    expect(await text('by-url')).toBe('bytes');
  });

  test('headers of the response can be chosen', async () => {
    const command = new GetObjectCommand({
      Bucket,
      Key: 'shared',
      ResponseContentDisposition: 'attachment; filename=a.txt',
    });
    const response = await fetch(await getSignedUrl(s3, command));
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=a.txt');
  });

  test('an expired URL is rejected', async () => {
    const response = await fetch(await url('shared', { signingDate: new Date(Date.now() - 61_000) }));
    expect(response.status).toBe(403);
    const xml = await response.text();
    expect(xml).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    expect(xml).toMatch(/<X-Amz-Expires>60<\/X-Amz-Expires><Expires>.*<\/Expires><ServerTime>/);
  });

  test('a URL of the future is rejected', async () => {
    const response = await fetch(await url('shared', { signingDate: new Date(Date.now() + 20 * 60_000) }));
    expect(await response.text()).toContain('Request is not yet valid');
  });

  test.each([
    ['another object', (signed: string) => signed.replace('/shared', '/once'), 'SignatureDoesNotMatch'],
    ['a longer time', (signed: string) => signed.replace('Expires=60', 'Expires=600'), 'SignatureDoesNotMatch'],
    ['another parameter', (signed: string) => `${signed}&versionId=x`, 'SignatureDoesNotMatch'],
    ['another signature', (signed: string) => signed.replace(/Signature=./, 'Signature=z'), 'SignatureDoesNotMatch'],
    ['another key', (signed: string) => signed.replace('Credential=laptop', 'Credential=nobody'), 'InvalidAccessKeyId'],
    ['no end', (signed: string) => signed.replace('&X-Amz-Expires=60', ''), 'AuthorizationQueryParametersError'],
    [
      'more than a week',
      (signed: string) => signed.replace('Expires=60', 'Expires=604801'),
      'AuthorizationQueryParametersError',
    ],
  ])('a URL changed to %s is rejected', async (_, change, expected) => {
    const response = await fetch(change(await url('shared')));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await code(response)).toBe(expected);
  });

  test('another method is rejected', async () => {
    expect(await code(await fetch(await url('shared'), { method: 'DELETE' }))).toBe('SignatureDoesNotMatch');
  });

  test('unsigned headers are rejected', async () => {
    const response = await fetch(await url('shared'), { headers: { 'x-amz-acl': 'public-read' } });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<HeadersNotSigned>x-amz-acl</HeadersNotSigned>');
  });
});

describe('by a presigned POST', () => {
  const ticket = (options: Partial<PresignedPostOptions> = {}) =>
    createPresignedPost(s3, {
      Bucket,
      Key: 'uploads/id=1',
      Expires: 60,
      Fields: { 'Content-Type': 'image/jpeg', 'x-amz-meta-confidence': '0.5' },
      Conditions: [
        ['content-length-range', 1, 1000],
        ['starts-with', '$Content-Type', 'image/'],
      ],
      ...options,
    });

  async function post(
    change: (form: FormData) => void = () => {},
    bytes = 10,
    options: Partial<PresignedPostOptions> = {},
  ): Promise<Response> {
    const { url, fields } = await ticket(options);
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    change(form);
    if (bytes >= 0) form.set('file', new Blob([new Uint8Array(bytes)]), 'photo.jpg');
    return fetch(url, { method: 'POST', body: form });
  }

  test('an object is written with the type and metadata of the form', async () => {
    const response = await post();
    expect(response.status).toBe(204);
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await get('uploads/id=1')).toMatchObject({
      ContentType: 'image/jpeg',
      ContentLength: 10,
      Metadata: { confidence: '0.5' },
      VersionId: response.headers.get('x-amz-version-id'),
    });
  });

  test.each([
    ['another type', (form: FormData) => form.set('Content-Type', 'text/html'), 10, 403, 'AccessDenied'],
    ['another key', (form: FormData) => form.set('key', 'results/1'), 10, 403, 'AccessDenied'],
    ['another field', (form: FormData) => form.set('x-amz-storage-class', 'GLACIER'), 10, 403, 'AccessDenied'],
    ['too many bytes', () => {}, 1001, 400, 'EntityTooLarge'],
    ['no bytes', () => {}, 0, 400, 'EntityTooSmall'],
    ['no file', () => {}, -1, 400, 'InvalidArgument'],
    ['no policy', (form: FormData) => form.delete('Policy'), 10, 403, 'AccessDenied'],
    [
      'another signature',
      (form: FormData) => form.set('X-Amz-Signature', '0'.repeat(64)),
      10,
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'another policy',
      (form: FormData) => form.set('Policy', btoa('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}')),
      10,
      403,
      'SignatureDoesNotMatch',
    ],
  ])('a form with %s is rejected', async (_, change, bytes, status, expected) => {
    const before = await get('uploads/id=1');
    const response = await post(change, bytes);
    expect(response.status).toBe(status);
    expect(await code(response)).toBe(expected);
    expect((await get('uploads/id=1')).VersionId).toBe(before.VersionId);
  });

  test.each(['success_action_status', 'success_action_redirect'])(
    'a form with %s is rejected by its name',
    async (name) => {
      const value = name === 'success_action_status' ? '201' : 'https://app.example/done';
      const response = await post(() => {}, 10, { Fields: { [name]: value }, Conditions: [] });
      expect([response.status, await code(response)]).toEqual([501, 'NotImplemented']);
    },
  );

  test('a file at the size limit is accepted', async () => {
    expect((await post(() => {}, 1000)).status).toBe(204);
  });

  test('an expired form is rejected', async () => {
    const response = await post(() => {}, 10, { Expires: -1 });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Invalid according to Policy: Policy expired.');
  });

  test('a malformed form is an error', async () => {
    const response = await fetch(`${emulator.client.endpoint}/${Bucket}`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: 'no form',
    });
    expect([response.status, await code(response)]).toEqual([400, 'MalformedPOSTRequest']);
  });

  test('a page of another origin may post where the CORS rules of the bucket allow it', async () => {
    const { url } = await ticket();
    const preflight = (origin: string) =>
      fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://app.example');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const rejected = await preflight('https://evil.com');
    expect(rejected.status).toBe(403);
    expect(await code(rejected)).toBe('AccessForbidden');
  });
});

const hasCli = spawnSync('aws', ['--version']).status === 0;

(hasCli ? describe : describe.skip)('by the AWS CLI (skipped where there is none)', () => {
  const aws = (...args: string[]) =>
    execFileSync('aws', ['--endpoint-url', emulator.client.endpoint, '--region', 'us-east-1', ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_ACCESS_KEY_ID: 'laptop',
        AWS_SECRET_ACCESS_KEY: 'laptop',
        AWS_CONFIG_FILE: '/dev/null',
      },
      encoding: 'utf8',
    });

  test('files are uploaded and downloaded, large ones in parts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-'));
    const bytes = Buffer.from(Array.from({ length: 9 * MB }, (_, i) => i % 251));
    writeFileSync(join(folder, 'up'), bytes);
    aws('s3', 'cp', '--quiet', join(folder, 'up'), `s3://${Bucket}/cli/large.bin`);
    aws('s3', 'cp', '--quiet', `s3://${Bucket}/cli/large.bin`, join(folder, 'down'));
    expect(readFileSync(join(folder, 'down')).equals(bytes)).toBe(true);
    expect(aws('s3', 'ls', `s3://${Bucket}/cli/`)).toMatch(/ 9437184 large\.bin/);
    expect(aws('s3', 'ls')).toMatch(/^\S+ \S+ objects-bucket\n$/);
  });
});
