/** `npm run query` of a bucket with tables: their rows, and those of results that they lack, each once. */

import { tmpdir } from 'node:os';
import { tablesOfBucket } from '../../../cli/query/bucket-results.ts';
import { Database } from '../../../cli/query/database.ts';
import { compactSome } from '../../../functions/compaction/compact-some.ts';
import { KEYS } from '../../../functions/contract.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';
import { newFolder } from '../../tables/results.ts';

const resultOf = (id: string, created_at: string, endpoint = 'count-cars') => ({
  ...{ id, endpoint, created_at, status: 'rejected', source: { kind: 'http' } },
  release: { function_name: 'detect', function_version: '1', alias: 'live' },
  problem: { type: 'no-picture', title: 'No picture', status: 415, detail: 'text', errors: [] },
});

function putAt(bucket: MemoryBucket, id: string, time: string, endpoint = 'count-cars'): void {
  bucket.now = new Date(time);
  bucket.put(KEYS.result(endpoint, id), resultOf(id, time, endpoint));
}

async function compactAt(bucket: MemoryBucket, time: string): Promise<void> {
  bucket.now = new Date(time);
  const clock = { now: () => bucket.now };
  const { asObjects: objects, client } = bucket;
  await compactSome({}, { objects, client, clock, workspace: tmpdir(), execution: time });
}

/** Rows of a query, and the remarks of the command. */
async function query(bucket: MemoryBucket, sql: string, selection: { endpoint?: string; since?: string } = {}) {
  const [folder, notes] = [newFolder(), [] as string[]];
  const selected = { since: '', most: 100, ...selection };
  const folders = { target: folder, workspace: folder };
  const from = { s3: bucket.client, bucket: 'bucket' };
  await tablesOfBucket(from, selected, folders, { note: (text) => notes.push(text) });
  const database = await Database.open(folder);
  await database.attach(folder);
  const rows = await Array.fromAsync((await database.query(sql)).rows);
  database.close();
  return { rows: rows.flat(), notes };
}

const BY_DAY = 'select endpoint, day, id from pictures order by all';

function bucketWithTables(): Promise<MemoryBucket> {
  const bucket = new MemoryBucket();
  putAt(bucket, 'a', '2026-11-25T10:00:00.000Z');
  putAt(bucket, 'b', '2026-11-26T23:50:00.000Z');
  putAt(bucket, 'x', '2026-11-26T12:00:00.000Z', 'other');
  return compactAt(bucket, '2026-11-27T00:30:00.000Z').then(() => bucket);
}

test('late rows and those of today are added; only results since the compaction are read', async () => {
  const bucket = await bucketWithTables();
  putAt(bucket, 'c', '2026-11-27T09:00:00.000Z');
  bucket.put(KEYS.result('count-cars', 'late'), resultOf('late', '2026-11-25T11:00:00.000Z'));
  const read: string[] = [];
  bucket.onCall = (name, key) => name === 'get' && key.startsWith('results/') && read.push(key);
  const { rows, notes } = await query(bucket, BY_DAY);
  expect(rows).toEqual([
    ['count-cars', '2026-11-25', 'a'],
    ['count-cars', '2026-11-25', 'late'],
    ['count-cars', '2026-11-26', 'b'],
    ['count-cars', '2026-11-27', 'c'],
    ['other', '2026-11-26', 'x'],
  ]);
  // b was written in the hour before the compaction.
  expect(read.map((key) => key.split('/').at(-1))).toEqual(['b.json', 'c.json', 'late.json']);
  expect(notes).toEqual([
    expect.stringMatching(
      /^Reads 6 files of tables \(\d+ kB\) with results until 2026-11-27T00:30:00\.000Z, and 3 results \(1 kB\)\.$/,
    ),
  ]);
});

test('only files of the selected days and endpoint are read', async () => {
  const bucket = await bucketWithTables();
  const read: string[] = [];
  bucket.onCall = (name, key) => name === 'get' && key.endsWith('.parquet') && read.push(key);
  const { rows } = await query(bucket, BY_DAY, { endpoint: 'count-cars', since: '2026-11-26' });
  expect(rows).toEqual([['count-cars', '2026-11-26', 'b']]);
  expect(read.toSorted()).toEqual([
    'tables/objects/endpoint=count-cars/day=2026-11-26/objects.parquet',
    'tables/pictures/endpoint=count-cars/day=2026-11-26/pictures.parquet',
  ]);
});

test('rows stay when their results have expired; tables without a state are not read', async () => {
  const bucket = await bucketWithTables();
  for (const key of [...bucket.objects.keys()]) if (key.startsWith('results/')) bucket.objects.delete(key);
  expect((await query(bucket, 'select count(*) from pictures')).rows).toEqual([[3]]);
  bucket.objects.delete('tables/state.json');
  await expect(query(bucket, 'select 1')).rejects.toThrow('Expected results in the bucket bucket, received none');
});

test('decisions are a table: the error against people by day is one query', async () => {
  const bucket = await bucketWithTables();
  bucket.put(KEYS.decision('count-cars', 'a'), { count: 2, decided_at: '2026-11-27T10:00:00.000Z' });
  const sql = 'select p.day, p.id, d.count, d.people from pictures p join decisions d using (result_key)';
  const { rows, notes } = await query(bucket, sql);
  expect(rows).toEqual([['2026-11-25', 'a', 2, 1]]);
  expect(notes[0]).toMatch(/and 1 result and 1 decision \(1 kB\)\.$/);
});
