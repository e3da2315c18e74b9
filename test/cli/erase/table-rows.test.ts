/** Rows of an erased picture are removed from every version of every file; other rows stay, and none comes back. */

import { tmpdir } from 'node:os';
import { receiptInWords, receiptOf } from '../../../cli/erase/receipt.ts';
import { findRows, removeFromTables, type TableContext, withRows } from '../../../cli/erase/table-rows.ts';
import { compactSome } from '../../../functions/compaction/compact-some.ts';
import { KEYS } from '../../../functions/contract.ts';
import { TABLE_KEYS } from '../../../functions/tables-contract.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';
import { parquetRows } from '../../tables/results.ts';

const DAY = '2026-11-26';
const [ID, OTHER] = ['019aabbc-0000-7000-8000-00000000000a', '019aabbc-0000-7000-8000-00000000000b'];
const box = { x: 1, y: 1, width: 5, height: 5 };
const detections = [1, 2].map(() => ({ label: 'car', confidence: 0.9, box }));

const resultOf = (id: string) => ({
  ...{ id, endpoint: 'count-cars', created_at: `${DAY}T10:00:00.000Z`, status: 'done', source: { kind: 'http' } },
  ...{ count: 2, counts: { car: 2 }, detections, image: { width: 64, height: 48 }, timing_ms: { total: 1 } },
  model: { name: 'counter-nano', version: '1', sha256: 'ab' },
  release: { function_name: 'detect', function_version: '1', alias: 'live' },
});

function contextOf(bucket: MemoryBucket, more: Partial<TableContext> = {}): TableContext {
  return {
    ...{ objects: bucket.asObjects, store: bucket.versions, clock: { now: () => bucket.now }, workspace: tmpdir() },
    ...{ holder: 'erase', wait: async () => {}, note: () => {}, ...more },
  };
}

function compact(bucket: MemoryBucket, execution = 'run-1') {
  const { asObjects: objects, client } = bucket;
  return compactSome({}, { objects, client, clock: { now: () => bucket.now }, workspace: tmpdir(), execution });
}

/** Two results with a decision each, compacted in two nights, so that files have earlier versions. */
async function compacted(): Promise<MemoryBucket> {
  const bucket = new MemoryBucket();
  for (const id of [ID, OTHER]) {
    bucket.put(KEYS.result('count-cars', id), resultOf(id));
    bucket.put(KEYS.decision('count-cars', id), { count: 3, decided_at: `${DAY}T12:00:00.000Z` });
    await compact(bucket, id);
  }
  return bucket;
}

const fileOf = (table: 'pictures' | 'objects' | 'decisions') =>
  TABLE_KEYS.file(table, { endpoint: 'count-cars', day: DAY });

async function idsIn(bucket: MemoryBucket, table: 'pictures' | 'objects' | 'decisions'): Promise<unknown[]> {
  const rows = await parquetRows(bucket.objects.get(fileOf(table))?.bytes as Buffer);
  return rows.map(({ id }) => id);
}

const PREDICTION = { endpoint: 'count-cars', id: ID };

test('the rows are removed from all tables and earlier versions, and the receipt says so', async () => {
  const bucket = await compacted();
  bucket.objects.delete(KEYS.result('count-cars', ID));
  const tables = await removeFromTables(contextOf(bucket), PREDICTION);
  expect(tables.failed).toEqual([]);
  expect(tables.deleted.map(({ key, rows, versions }) => [key, rows, versions])).toEqual([
    [fileOf('pictures'), 1, 2],
    [fileOf('objects'), 2, 2],
    [fileOf('decisions'), 1, 2],
  ]);
  expect(await idsIn(bucket, 'pictures')).toEqual([OTHER]);
  expect(await idsIn(bucket, 'objects')).toEqual([OTHER, OTHER]);
  expect(await idsIn(bucket, 'decisions')).toEqual([OTHER]);
  const context = contextOf(bucket);
  expect(await findRows(context, PREDICTION)).toEqual([]);
  const none = { complete: true, deleted: [], failed: [], others: [] };
  const receipt = receiptOf(PREDICTION, withRows(none, tables), { bucket: 'b', at: bucket.now });
  expect(receiptInWords(receipt)).toContain(`  deleted  table  ${fileOf('objects')}  2 rows, 2 versions\n`);
  expect(receipt.complete).toBe(true);
});

test('a result that is erased before a compaction, or while one runs, never appears', async () => {
  const bucket = await compacted();
  const late = '019aabbc-0000-7000-8000-00000000000c';
  const key = KEYS.result('count-cars', late);
  bucket.put(key, resultOf(late));
  const notes: string[] = [];
  let step: Promise<unknown> | undefined;
  let resume = () => {};
  const held = new Promise<void>((end) => {
    resume = end;
  });
  // A step stops after it has read the result, before it writes a file; then the result is deleted.
  const { objects, store } = contextOf(bucket);
  const stopped = new Promise<void>((reached) => {
    const get = objects.get.bind(objects);
    objects.get = async (at, version) => {
      const found = await get(at, version);
      if (at === fileOf('objects')) {
        reached();
        await held;
      }
      return found;
    };
  });
  const clock = { now: () => bucket.now };
  step = compactSome({}, { objects, client: bucket.client, clock, workspace: tmpdir(), execution: 'run-3' });
  await stopped;
  bucket.objects.delete(key);
  const wait = async () => {
    resume();
    await step;
  };
  const removed = await removeFromTables(contextOf(bucket, { store, wait, note: (text) => notes.push(text) }), {
    endpoint: 'count-cars',
    id: late,
  });
  expect(notes).toEqual([
    'A compaction changes the tables, until 2026-11-27T00:50:00.000Z at the latest: waits for it.',
  ]);
  expect(removed.deleted.map(({ rows }) => rows)).toEqual([1, 2]);
  await compact(bucket, 'run-4');
  expect(await idsIn(bucket, 'pictures')).toEqual([ID, OTHER]);
});

test('rows in an earlier version only, as after an erasure that was interrupted, are found', async () => {
  const bucket = await compacted();
  bucket.objects.delete(KEYS.result('count-cars', ID));
  bucket.onCall = (name) => {
    if (name === 'remove') throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
  };
  const first = await removeFromTables(contextOf(bucket), PREDICTION);
  expect(first.failed.map(({ key, reason }) => [key, reason])).toEqual(
    (['pictures', 'objects', 'decisions'] as const).map((table) => [fileOf(table), 'AccessDenied: Access Denied']),
  );
  bucket.onCall = () => {};
  const again = await removeFromTables(contextOf(bucket), PREDICTION);
  expect(again.failed).toEqual([]);
  expect(again.deleted.map(({ rows, versions }) => [rows, versions])).toEqual(Array(3).fill([0, 2]));
});

test('a lock that stays is a failure with its holder, and a bucket without tables has no lock', async () => {
  const bucket = await compacted();
  bucket.put(TABLE_KEYS.lock, { holder: 'run-9', until: '2026-11-27T00:50:00.000Z' });
  let waits = 0;
  // The clock of the other writer goes on, and it takes the lock again.
  const wait = async () => {
    waits += 1;
    bucket.now = new Date(bucket.now.getTime() + 600_000);
    const until = new Date(bucket.now.getTime() + 1_200_000).toISOString();
    bucket.put(TABLE_KEYS.lock, { holder: 'run-9', until });
  };
  const { failed } = await removeFromTables(contextOf(bucket, { wait }), PREDICTION);
  expect(failed).toEqual([
    { kind: 'table', key: 'tables/', reason: expect.stringMatching(/^TablesLockedError: .+ the lock of run-9, until/) },
  ]);
  expect(waits).toBe(7);
  const empty = new MemoryBucket();
  expect(await removeFromTables(contextOf(empty), PREDICTION)).toEqual({ deleted: [], failed: [] });
  expect(empty.objects.size).toBe(0);
});
