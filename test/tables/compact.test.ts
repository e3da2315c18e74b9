/** A compaction loses nothing and doubles nothing, and repeats itself to the byte. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { compact } from '../../functions/tables/compact.ts';
import { ROWS_PER_GROUP } from '../../functions/tables/merged-file.ts';
import { FolderFiles } from '../../functions/tables/partition-files.ts';
import { Partitions } from '../../functions/tables/partitions.ts';
import { rowsOf } from '../../functions/tables/rows.ts';
import { COLUMNS } from '../../functions/tables/schema.ts';
import { TABLE_KEYS, type TableName } from '../../functions/tables-contract.ts';
import {
  compactionOf,
  newFolder,
  readParquet,
  resultsAtLeast,
  type StoredDocument,
  storedResults,
  storeOf,
} from './results.ts';

const RUNS = { numRuns: 4 };

const RESULT_TABLES = ['pictures', 'objects'] as const;

function filesIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  return all.flatMap((each) => (each.isFile() ? [join(each.parentPath, each.name).slice(folder.length + 1)] : []));
}

function bytesIn(folder: string): Record<string, string> {
  const files = filesIn(folder).toSorted();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'base64')]));
}

/** The rows of a table in all files, as they were before they were written, by partition. */
async function rowsIn(folder: string, table: TableName) {
  const files = filesIn(folder).filter((path) => path.endsWith(`/${table}.parquet`));
  const read = await Promise.all(files.toSorted().map(async (path) => [path, await readParquet(join(folder, path))]));
  return Object.fromEntries(read);
}

function expectedRows(results: readonly StoredDocument[], table: TableName) {
  const names = COLUMNS[table];
  const inParquet = (row: object) =>
    Object.fromEntries(
      names.map(({ name, type }) => {
        const value = row[name as keyof typeof row];
        return [name, type === 'timestamp' ? new Date(value) : value];
      }),
    );
  const files: Record<string, unknown[]> = {};
  for (const { key, document } of results) {
    const { partition, picture, objects } = rowsOf(key, document);
    const path = TABLE_KEYS.file(table, partition);
    files[path] = [...(files[path] ?? []), ...(table === 'pictures' ? [picture] : objects).map(inParquet)];
  }
  return files;
}

test('each row is in the file of its endpoint and day, with the same values, once', async () => {
  await fc.assert(
    fc.asyncProperty(storedResults, async (results) => {
      const options = compactionOf(results);
      const { partitions, ...left } = await compact(storeOf(results), options);
      expect(left).toEqual({ earlier: 0, deleted: 0, unreadable: { count: 0, messages: [] } });
      for (const table of RESULT_TABLES)
        expect(await rowsIn(options.target, table)).toEqual(expectedRows(results, table));
      expect(partitions.reduce((sum, { rows }) => sum + (rows.pictures ?? 0), 0)).toBe(results.length);
      const objects = Object.values(expectedRows(results, 'objects')).flat().length;
      expect(partitions.reduce((sum, { rows }) => sum + (rows.objects ?? 0), 0)).toBe(objects);
    }),
    RUNS,
  );
});

test('a repetition makes the same bytes; late results make those of a compaction of all', async () => {
  await fc.assert(
    fc.asyncProperty(storedResults, fc.infiniteStream(fc.boolean()), async (results, late) => {
      const early = results.filter(() => late.next().value);
      const [once, all] = [compactionOf(early), compactionOf(results)];
      await compact(storeOf(early), once);
      const first = bytesIn(once.target);
      await compact(storeOf(early), once);
      expect(bytesIn(once.target)).toEqual(first);
      await compact(storeOf(results), compactionOf(results, once.target));
      await compact(storeOf(results), all);
      expect(bytesIn(once.target)).toEqual(bytesIn(all.target));
    }),
    RUNS,
  );
});

const [result] = fc.sample(
  resultsAtLeast(1).map((all) => all[0] as StoredDocument),
  {
    seed: 1,
    numRuns: 1,
  },
) as [StoredDocument];

function resultAt(time: string, id: string): StoredDocument {
  const document = { ...result.document, id, endpoint: 'count-cars', created_at: time };
  return { key: `results/count-cars/${id}.json`, document };
}

test('days are in UTC, and whole ones before the first are left out', async () => {
  const times = ['2026-11-20T23:59:59.999Z', '2026-11-21T00:00:00.000Z', '2026-11-21T23:59:59.999Z'];
  const results = times.map((time, index) => resultAt(time, String(index)));
  const options = { ...compactionOf(results), since: '2026-11-21' };
  const { partitions, earlier } = await compact(storeOf(results), options);
  expect(partitions.map(({ day, rows }) => [day, rows.pictures])).toEqual([['2026-11-21', 2]]);
  expect(earlier).toBe(1);
});

test('deleted results and other objects are counted and named, and the rest is compacted', async () => {
  const results = ['0', '1', '2'].map((id) => resultAt('2026-11-21T12:00:00.000Z', id));
  const { read } = storeOf(results);
  const bytes: Record<string, Buffer> = { 'results/x/a.json': Buffer.from('{'), 'results/x/b.json': Buffer.from('{}') };
  const keys = [...results.map(({ key }) => key), 'results/x/a.json', 'results/x/b.json', 'results/x/gone.json'];
  const done: number[] = [];
  const onProgress = (count: number) => done.push(count);
  const found = await compact(
    { read: async (key) => bytes[key] ?? read(key) },
    { ...compactionOf([]), keys, onProgress },
  );
  expect(found.partitions.map(({ rows }) => rows.pictures)).toEqual([3]);
  expect(found.deleted).toBe(1);
  expect(found.unreadable).toEqual({
    count: 2,
    messages: [
      'Expected JSON in results/x/a.json, received other text',
      expect.stringMatching(
        /^Expected a result in results\/x\/b\.json, received status: Invalid discriminator value\./,
      ),
    ],
  });
  expect(done).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a key with line separators, which readers of lines split at, is a value like another one', async () => {
  const key = 'uploads/count-cars/a\u2028b\u2029c\r\nd';
  const source = { kind: 'upload', bucket: 'b', key, version: 'v1' };
  const hostile = { ...resultAt('2026-11-21T12:00:00.000Z', '0'), key: 'results/count-cars/0.json' };
  const options = compactionOf([hostile]);
  const store = storeOf([{ ...hostile, document: { ...hostile.document, source } }]);
  await compact(store, options);
  const path = TABLE_KEYS.file('pictures', { endpoint: 'count-cars', day: '2026-11-21' });
  expect(await readParquet(join(options.target, path))).toMatchObject([{ source_key: key }]);
});

test('an error of the store ends the compaction, and nothing is left in the workspace or the target', async () => {
  const workspace = newFolder();
  const options = { ...compactionOf([result]), workspace };
  const failing = { read: () => Promise.reject(new Error('S3 is away')) };
  await expect(compact(failing, options)).rejects.toThrow('S3 is away');
  expect(readdirSync(workspace)).toEqual([]);
  expect(existsSync(join(options.target, 'tables'))).toBe(false);
});

test('rows over a row group are written in order, as groups', async () => {
  const partitions = new Partitions(newFolder());
  const target = newFolder();
  const { partition, picture } = rowsOf(result.key, resultAt('2026-11-21T12:00:00.000Z', 'x').document);
  for (let index = 0; index <= ROWS_PER_GROUP; index += 1) {
    const result_key = String(index).padStart(6, '0');
    await partitions.add({
      partition,
      key: result_key,
      tables: { pictures: [{ ...picture, result_key }], objects: [] },
    });
  }
  const [written] = await partitions.write(new FolderFiles(target));
  const rows = { pictures: ROWS_PER_GROUP + 1, objects: 0 };
  expect(written).toEqual({ endpoint: 'count-cars', day: '2026-11-21', rows });
  const read = await readParquet(join(target, TABLE_KEYS.file('pictures', partition)));
  expect([read.length, read[0]?.result_key, read.at(-1)?.result_key]).toEqual([ROWS_PER_GROUP + 1, '000000', '050000']);
  const late = new Partitions(newFolder());
  for (const result_key of ['000000', '040000-late']) {
    const row = { ...picture, result_key, id: 'late' };
    await late.add({ partition, key: result_key, tables: { pictures: [row] } });
  }
  await late.write(new FolderFiles(target));
  const merged = await readParquet(join(target, TABLE_KEYS.file('pictures', partition)));
  expect(merged.length).toBe(ROWS_PER_GROUP + 2);
  expect([merged[0], merged[40_001]]).toMatchObject([
    { result_key: '000000', id: 'late' },
    { result_key: '040000-late', id: 'late' },
  ]);
  expect(filesIn(target).filter((path) => path.endsWith('.unfinished'))).toEqual([]);
});
