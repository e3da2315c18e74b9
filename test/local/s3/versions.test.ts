/** Versions of objects: their list, and their removal one by one. */

import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const Bucket = 'versions-bucket';

let emulator: EmulatorProcess;
let s3: S3Client;

beforeAll(async () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } };
  const plain = { Type: 'AWS::S3::Bucket' };
  emulator = await EmulatorProcess.start([{ name: 'Versions', resources: { Bucket: bucket, Plain: plain } }]);
  s3 = new S3Client(emulator.client);
});

afterAll(() => emulator?.stop());

const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = (Key: string, more: object = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
const text = async (Key: string) => (await get(Key)).Body?.transformToString();
const versionsOf = async (Prefix: string, more: object = {}) =>
  s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...more }));

test('versions and delete markers are listed, newest first, and removed one by one', async () => {
  const first = await put('erased/a', 'one');
  const second = await put('erased/a', 'two two');
  const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'erased/a' }));
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[\w-]{32}$/) });
  const { Versions = [], DeleteMarkers = [] } = await versionsOf('erased/');
  expect(Versions).toMatchObject([
    { Key: 'erased/a', VersionId: second.VersionId, IsLatest: false, Size: 7, ETag: second.ETag },
    { Key: 'erased/a', VersionId: first.VersionId, IsLatest: false, Size: 3, ETag: first.ETag },
  ]);
  expect(DeleteMarkers).toMatchObject([{ Key: 'erased/a', VersionId: marker.VersionId, IsLatest: true }]);
  await expect(get('erased/a', { VersionId: marker.VersionId })).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  const remove = (VersionId: string | undefined) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key: 'erased/a', VersionId }));
  expect(await remove(marker.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
  // Without the marker the object is there again, and without its newest version the one before.
  expect(await text('erased/a')).toBe('two two');
  await remove(second.VersionId);
  expect(await text('erased/a')).toBe('one');
  expect(await get('erased/a')).toMatchObject({ VersionId: first.VersionId });
  await remove(second.VersionId);
  await remove(first.VersionId);
  await expect(get('erased/a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(get('erased/a', { VersionId: first.VersionId })).rejects.toMatchObject({ name: 'NoSuchVersion' });
  expect((await versionsOf('erased/')).Versions).toBeUndefined();
});

test('a noncurrent version is removed without a change of the current one', async () => {
  const first = await put('middle', 'one');
  const second = await put('middle', 'two');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'middle', VersionId: first.VersionId }));
  expect(await text('middle')).toBe('two');
  expect((await versionsOf('middle')).Versions).toMatchObject([{ VersionId: second.VersionId, IsLatest: true }]);
});

test('a list of versions has pages and common prefixes', async () => {
  for (const key of ['pages/a/1', 'pages/a/2', 'pages/b', 'pages/b', 'pages/c']) await put(key, key);
  const seen: (string | undefined)[] = [];
  let markers = {};
  for (;;) {
    const page = await versionsOf('pages/', { Delimiter: '/', MaxKeys: 1, ...markers });
    seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    seen.push(...(page.Versions ?? []).map(({ Key }) => Key));
    if (!page.IsTruncated) break;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(seen).toEqual(['pages/a/', 'pages/b', 'pages/b', 'pages/c']);
  await expect(versionsOf('pages/', { VersionIdMarker: 'x' })).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('a list of versions to delete is rejected, objects are deleted by a list', async () => {
  const { VersionId } = await put('many', 'one');
  const remove = (more: object) =>
    s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'many', ...more }] } }));
  await expect(remove({ VersionId })).rejects.toMatchObject({ name: 'NotImplemented' });
  expect(await text('many')).toBe('one');
  await remove({});
  expect((await versionsOf('many')).DeleteMarkers).toMatchObject([{ Key: 'many', IsLatest: true }]);
});

test('a bucket without versions has no list of them', async () => {
  const command = new ListObjectVersionsCommand({ Bucket: 'versions-plain' });
  await expect(s3.send(command)).rejects.toMatchObject({ name: 'NotImplemented' });
});
