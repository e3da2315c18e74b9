/** A compaction in steps loses nothing and doubles nothing: with late results, and killed at any call. */

import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type CompactionAnswer, compactSome } from '../../functions/compaction/compact-some.ts';
import { KEYS } from '../../functions/contract.ts';
import { compact } from '../../functions/tables/compact.ts';
import { TABLE_KEYS } from '../../functions/tables-contract.ts';
import { MemoryBucket } from '../tables/memory-bucket.ts';
import { compactionOf, parquetRows, resultsAtLeast, type StoredDocument, storeOf } from '../tables/results.ts';

const LIMITS = { results: 5, bytes: 1e6, listed: 9 };

function step(bucket: MemoryBucket, input: unknown, execution = 'run-1'): Promise<CompactionAnswer> {
  const clock = { now: () => bucket.now };
  const context = { objects: bucket.asObjects, client: bucket.client, clock, workspace: tmpdir(), execution };
  return compactSome(input, context, LIMITS);
}

/** As the state machine does. @returns the number of steps */
async function run(bucket: MemoryBucket, execution?: string): Promise<number> {
  let answer: unknown = {};
  for (let steps = 1; ; steps += 1) {
    const { next, ...progress } = await step(bucket, answer, execution);
    if (next === 'end') return steps;
    answer = progress;
  }
}

/** The files of one compaction of all results, by their keys. */
async function filesOf(results: readonly StoredDocument[]): Promise<Record<string, string>> {
  const options = compactionOf(results);
  await compact(storeOf(results), options);
  const all = readdirSync(options.target, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /parquet$/.test(path),
  );
  return Object.fromEntries(all.toSorted().map((path) => [path, readFileSync(join(options.target, path), 'base64')]));
}

/** Files of tables only. */
function tablesIn(bucket: MemoryBucket): Record<string, string> {
  return Object.fromEntries(Object.entries(bucket.below('tables/')).filter(([key]) => key.endsWith('.parquet')));
}

const HOUR = 3_600_000;

test('late results join the file of their day: the files are those of one compaction of all', async () => {
  await fc.assert(
    fc.asyncProperty(resultsAtLeast(1), fc.infiniteStream(fc.nat(2)), async (results, days) => {
      const bucket = new MemoryBucket();
      const rounds = Map.groupBy(results, () => days.next().value as number);
      for (const round of [0, 1, 2]) {
        for (const { key, document } of rounds.get(round) ?? []) bucket.put(key, document);
        bucket.now = new Date(bucket.now.getTime() + HOUR);
        await run(bucket, `run-${round}`);
        bucket.now = new Date(bucket.now.getTime() + 23 * HOUR);
      }
      expect(tablesIn(bucket)).toEqual(await filesOf(results));
    }),
    { numRuns: 2 },
  );
});

test('killed at any call and repeated, it writes the same files', async () => {
  const [results] = fc.sample(resultsAtLeast(12), { seed: 7, numRuns: 1 }) as [StoredDocument[]];
  const expected = await filesOf(results);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }), async (kills) => {
      const bucket = new MemoryBucket();
      for (const { key, document } of results) bucket.put(key, document);
      for (const kill of kills) {
        let calls = 0;
        bucket.onCall = () => {
          calls += 1;
          // All later calls fail, too: a function that was killed releases no lock.
          if (calls > kill) throw new Error('killed');
        };
        await run(bucket).catch(() => {});
      }
      bucket.onCall = () => {};
      await run(bucket);
      expect(tablesIn(bucket)).toEqual(expected);
      expect(bucket.json(TABLE_KEYS.state)).toEqual({ compacted_until: '2026-11-27T00:30:00.000Z' });
    }),
    { numRuns: 3 },
  );
});

const [[one]] = fc.sample(resultsAtLeast(1), { seed: 1, numRuns: 1 }) as [[StoredDocument]];

function resultAt(time: string, id: string) {
  return {
    key: KEYS.result('count-cars', id),
    document: { ...one.document, id, endpoint: 'count-cars', created_at: time },
  };
}

test('limits end a step, and the next one begins after its last key', async () => {
  const bucket = new MemoryBucket();
  for (let id = 10; id < 22; id += 1) {
    const { key, document } = resultAt('2026-11-26T12:00:00.000Z', String(id));
    bucket.put(key, document);
  }
  const first = await step(bucket, {});
  expect(first).toEqual({
    since: 0,
    began_at: '2026-11-27T00:30:00.000Z',
    after: 'results/count-cars/14.json',
    next: 'continue',
  });
  expect(bucket.objects.has(TABLE_KEYS.state)).toBe(false);
  expect(await run(bucket)).toBe(3);
});

test('a later compaction reads what was written since, an hour twice, and writes only what changes', async () => {
  const bucket = new MemoryBucket();
  const put = (id: string, time: string) => {
    bucket.now = new Date(time);
    const { key, document } = resultAt(time, id);
    bucket.put(key, document);
  };
  put('1', '2026-11-26T12:00:00.000Z');
  put('2', '2026-11-27T00:00:00.000Z');
  bucket.now = new Date('2026-11-27T00:30:00Z');
  await run(bucket);
  const calls: string[] = [];
  bucket.onCall = (name, key) => calls.push(`${name} ${key}`);
  bucket.now = new Date('2026-11-28T00:30:00Z');
  await run(bucket, 'run-2');
  expect(calls.filter((call) => call.startsWith('get results/'))).toEqual(['get results/count-cars/2.json']);
  expect(calls.filter((call) => /^put .*parquet$/.test(call))).toEqual([]);
});

test('the objects are written before the pictures, so that no picture is without its objects', async () => {
  const bucket = new MemoryBucket();
  const { key, document } = resultAt('2026-11-26T12:00:00.000Z', '1');
  bucket.put(key, document);
  const puts: string[] = [];
  bucket.onCall = (name, at) => name === 'put' && puts.push(at.split('/')[1] ?? '');
  await run(bucket);
  expect(puts).toEqual(['lock.json', 'objects', 'pictures', 'state.json', 'lock.json']);
});

test('a decision is in the partition of its picture, once, with the latest count', async () => {
  const bucket = new MemoryBucket();
  const { key, document } = resultAt('2026-11-20T12:00:00.000Z', '1');
  bucket.put(key, document);
  bucket.put(KEYS.decision('count-cars', 'gone'), { count: 1, decided_at: '2026-11-26T12:00:00.000Z' });
  bucket.put(KEYS.decision('count-cars', '1'), { count: 3, by: 'ann', decided_at: '2026-11-26T12:00:00.000Z' });
  await run(bucket);
  const others = [{ count: 3, by: 'ann', decided_at: '2026-11-26T12:00:00.000Z' }];
  const changed = { count: 4, by: 'bob', decided_at: '2026-11-27T12:00:00.000Z', others };
  bucket.put(KEYS.decision('count-cars', '1'), changed);
  await run(bucket, 'run-2');
  const file = TABLE_KEYS.file('decisions', { endpoint: 'count-cars', day: '2026-11-20' });
  expect(Object.keys(tablesIn(bucket)).filter((path) => path.includes('decisions'))).toEqual([file]);
  const times = { created_at: new Date('2026-11-20T12:00:00.000Z'), decided_at: new Date('2026-11-27T12:00:00.000Z') };
  const rows = await parquetRows(bucket.objects.get(file)?.bytes as Buffer);
  expect(rows).toEqual([{ result_key: key, id: '1', ...times, count: 4, people: 2 }]);
});

test('a file that another writer changed since it was read is not replaced', async () => {
  const bucket = new MemoryBucket();
  const { key, document } = resultAt('2026-11-26T12:00:00.000Z', '1');
  bucket.put(key, document);
  const file = TABLE_KEYS.file('pictures', { endpoint: 'count-cars', day: '2026-11-26' });
  bucket.onCall = (name, at) => {
    if (name === 'put' && at === file)
      bucket.objects.set(file, { bytes: Buffer.from('x'), tag: 'x', modified: bucket.now });
  };
  await expect(run(bucket)).rejects.toThrow(`Expected the object at ${file} to be as it was read`);
  expect(bucket.objects.get(file)?.bytes.toString()).toBe('x');
  expect(bucket.objects.has(TABLE_KEYS.state)).toBe(false);
});
