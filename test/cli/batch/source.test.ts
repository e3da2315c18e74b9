/** Where a job reads its pictures, and how many there are. */

import type { S3Client } from '@aws-sdk/client-s3';
import { countPictures, sourceOf } from '../../../cli/batch/source.ts';

/** Answers lists of 1,000 keys a page, and reads of one file. */
function s3(keys: readonly string[], file = ''): S3Client {
  const send = async ({ input }: { input: { Prefix?: string; Key?: string; ContinuationToken?: string } }) => {
    if (input.Key !== undefined) return { Body: { transformToByteArray: async () => Buffer.from(file) } };
    const start = Number(input.ContinuationToken ?? 0);
    const page = keys.slice(start, start + 1000).map((Key) => ({ Key, ETag: `"${Key}"`, Size: 5 }));
    return { Contents: page, ...(start + 1000 < keys.length && { NextContinuationToken: String(start + 1000) }) };
  };
  return { send } as unknown as S3Client;
}

const KEYS = Array.from({ length: 2500 }, (_, index) => `in/${index}.jpg`);
const ALL = { limit: 0, sources: ['s3://photos/', 's3://other/2026/'] };
const LIST = { source: 'list', bucket: 'photos', key: 'in/' } as const;

test.each([
  [{ from: 's3://photos/in/2026' }, { source: 'list', bucket: 'photos', key: 'in/2026' }],
  [{ from: 's3://photos' }, { source: 'list', bucket: 'photos', key: '' }],
  [{ manifest: 's3://photos/a/list.csv' }, { source: 'csv', bucket: 'photos', key: 'a/list.csv' }],
  [{ manifest: 's3://photos/list.jsonl' }, { source: 'jsonl', bucket: 'photos', key: 'list.jsonl' }],
])('%j is %j', (options, source) => {
  expect(sourceOf(options)).toEqual(source);
});

test.each([
  [{}, 'Expected either --from or --manifest, received both or none'],
  [{ from: 's3://a', manifest: 's3://a/b.csv' }, 'Expected either --from or --manifest, received both or none'],
  [{ from: '/tmp' }, 'Expected s3://bucket/key, received /tmp'],
  [{ manifest: 's3://a/b.json' }, 'Expected a manifest that ends with .csv or .jsonl, received b.json'],
])('%j is refused with exit code 2', (options, message) => {
  expect(() => sourceOf(options)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});

test('all pages are counted; the first pictures are the sample', async () => {
  const { sample, ...counted } = await countPictures(s3(KEYS), LIST, ALL);
  expect(counted).toEqual({ pictures: 2500, requests: { lists: 3, gets: 0 } });
  expect(sample).toHaveLength(8);
  expect(sample[0]).toEqual({ Key: 'in/0.jpg', Etag: '"in/0.jpg"', Size: 5 });
});

test('a limit ends the listing, and the sample', async () => {
  expect(await countPictures(s3(KEYS), LIST, { ...ALL, limit: 1200 })).toMatchObject({
    pictures: 1200,
    requests: { lists: 2 },
  });
  expect((await countPictures(s3(KEYS), LIST, { ...ALL, limit: 3 })).sample).toHaveLength(3);
});

test('manifests of CSV and JSON Lines', async () => {
  const csv = s3([], 'Key,VersionId\na.jpg,v1\n"b, c.jpg",\n');
  const counted = await countPictures(csv, { ...LIST, source: 'csv', key: 'l.csv' }, ALL);
  expect(counted).toEqual({
    pictures: 2,
    requests: { lists: 0, gets: 1 },
    sample: [
      { Key: 'a.jpg', VersionId: 'v1' },
      { Key: 'b, c.jpg', VersionId: '' },
    ],
  });
  const jsonl = s3([], '{"Key":"2026/a.jpg","Bucket":"other"}\n\n{"Key":"b.jpg"}\n');
  const { sample } = await countPictures(jsonl, { ...LIST, source: 'jsonl', key: 'l.jsonl' }, ALL);
  expect(sample).toEqual([{ Key: '2026/a.jpg', Bucket: 'other' }, { Key: 'b.jpg' }]);
});

test.each([
  ['csv', 'Name\na.jpg', 'Expected a column Key in the first row, received Name'],
  ['csv', 'Key,Size\n,5', 'Expected a Key for every picture, received none for number 1'],
  ['jsonl', '{"Key":"a"}\n{', 'Expected JSON in line 2 of the manifest, received {'],
  [
    'jsonl',
    '{"Key":"a","Bucket":"other"}',
    'below s3://photos/ or s3://other/2026/, received s3://other/a: add it to batch',
  ],
  ['jsonl', '{"Key":"a"}\nnull', 'Expected a Key for every picture, received none for number 2'],
  ['jsonl', '{"Key":"a"}\n{"key":"b"}', 'Expected a Key for every picture, received none for number 2'],
] as const)('a manifest of %s with %j is refused', async (source, text, message) => {
  await expect(countPictures(s3([], text), { ...LIST, source, key: 'l' }, ALL)).rejects.toThrow(message);
});

test('a prefix outside the sources is refused before anything is listed', async () => {
  await expect(countPictures(s3(KEYS), { ...LIST, bucket: 'mine' }, ALL)).rejects.toThrow(
    'Expected an address below s3://photos/ or s3://other/2026/, received s3://mine/in/: add it to batch.sources',
  );
});
