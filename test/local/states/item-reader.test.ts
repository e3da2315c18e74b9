/** What a Distributed Map reads: lists of objects, CSV, JSON Lines; and what it refuses. */

import { readItems } from '../../../local/states/item-reader.ts';
import { MapBuckets } from '../../../local/states/map-buckets.ts';
import { OneBucket } from './state-machines.ts';

const MANY = 100;

function reader(objects: Record<string, string>) {
  const bucket = new OneBucket();
  for (const [key, text] of Object.entries(objects)) bucket.objects.set(key, text);
  return (source: object, most = MANY) =>
    readItems({ Bucket: 'photos', ...source } as never, most, new MapBuckets(bucket));
}

const file = (kind: 'csv' | 'jsonl', text: string, most?: number) =>
  reader({ 'list.txt': text })({ kind, Key: 'list.txt' }, most);

test('objects below a prefix, over several pages, with names and types of Step Functions', async () => {
  const keys = ['in/a & b.jpg', 'in/b.jpg', 'in/c.jpg', 'in/d.jpg', 'in/e.jpg'];
  const read = reader(Object.fromEntries([...keys, 'other.jpg'].map((key) => [key, 'picture'])));
  const items = await read({ kind: 'list', Prefix: 'in/' });
  expect(items.map((item) => (item as { Key: string }).Key)).toEqual(keys);
  expect(items[0]).toEqual({
    Etag: '"tag of in/a & b.jpg"',
    Key: 'in/a & b.jpg',
    LastModified: 1795687200,
    Size: 7,
    StorageClass: 'STANDARD',
  });
});

test('MaxItems ends the list', async () => {
  expect(await reader({ a: '', b: '', c: '' })({ kind: 'list' }, 2)).toMatchObject([{ Key: 'a' }, { Key: 'b' }]);
});

test('rows of a CSV file are objects of strings, with quotes, line ends of Windows and a byte order mark', async () => {
  const text = '\uFEFFKey,Note\r\n"a, b.jpg","said ""no"""\r\n\r\nc.jpg,\r\n';
  expect(await file('csv', text)).toEqual([
    { Key: 'a, b.jpg', Note: 'said "no"' },
    { Key: 'c.jpg', Note: '' },
  ]);
  expect(await file('csv', 'Key\na\nb\nc', 2)).toEqual([{ Key: 'a' }, { Key: 'b' }]);
});

test('lines of a JSONL file are items', async () => {
  expect(await file('jsonl', '{"Key":"a"}\n\n"b"\n')).toEqual([{ Key: 'a' }, 'b']);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a bucket that does not exist', () => reader({})({ kind: 'list', Bucket: 'no' }), 'NoSuchBucket: The specified'],
  ['a file that does not exist', () => reader({})({ kind: 'csv', Key: 'no.csv' }), 'NoSuchKey: The key does not'],
  ['a row that is too short', () => file('csv', 'Key,Note\na'), 'Expected 2 values in row 2, received 1'],
  ['a name that repeats', () => file('csv', 'Key,Key\na,b'), 'Expected different names in the first row'],
  ['text after a quote', () => file('csv', 'Key\n"a"b'), 'Expected a comma or a line end after a value in quotes'],
  ['text before a quote', () => file('csv', 'Key\na"b"'), 'after a value in quotes, received a"b"'],
  [
    'an open quote',
    () => file('csv', 'Key\n"a'),
    'Expected a comma or a line end after a value in quotes, received "a',
  ],
  ['a large value', () => file('csv', `Key\n"${'a""'.repeat(5_000_000)}"`), 'Expected at most 262144 bytes for an'],
  ['a line that is no JSON', () => file('jsonl', '{}\n{'), 'Expected JSON in line 2, received {'],
  ['a large item', () => file('jsonl', JSON.stringify('a'.repeat(262_143))), 'Expected at most 262144 bytes for an'],
])('%s fails the reader', async (_, read, message) => {
  await expect(read()).rejects.toMatchObject({
    name: 'States.ItemReaderFailed',
    message: expect.stringContaining(message),
  });
});
