/** The named queries give the numbers of a plain count over the results; DuckDB and Athena run the same text. */

import fc from 'fast-check';
import { Database } from '../../cli/query/database.ts';
import { KEYS } from '../../functions/contract.ts';
import { compact } from '../../functions/tables/compact.ts';
import { NAMED_QUERIES } from '../../lib/named-queries.ts';
import { compactionOf, newFolder, resultsAtLeast, type StoredDocument, storeOf } from './results.ts';

interface Result {
  readonly id: string;
  readonly endpoint: string;
  readonly created_at: string;
  readonly status: string;
  readonly job?: string;
  readonly count?: number;
  readonly detections?: readonly { readonly label: string }[];
}

const TODAY = '2026-11-28';

/** The rows of a named query, on a day. */
async function rowsOf(name: string, folder: string): Promise<unknown[]> {
  const sql = NAMED_QUERIES.find((query) => query.name === name)?.sql ?? '';
  const database = await Database.open(newFolder());
  await database.attach(folder);
  const rows = await Array.fromAsync((await database.query(sql.replaceAll('current_date', `date '${TODAY}'`))).rows);
  database.close();
  return rows.flat();
}

/** Counts by a key of columns, in their order. */
function countBy<T>(items: readonly T[], keyOf: (item: T) => readonly string[]): [string[], T[]][] {
  const groups = Map.groupBy(items, (item) => JSON.stringify(keyOf(item)));
  return [...groups].map(([key, all]) => [JSON.parse(key), all] as [string[], T[]]).toSorted(([a], [b]) => order(a, b));
}

function order(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}

const [stored] = fc.sample(resultsAtLeast(40), { seed: 5, numRuns: 1 }) as [StoredDocument[]];
const results = stored.map(({ document }) => document as unknown as Result);
/** Every other picture of requests and uploads has a decision, one object more or less, or as many. */
const decided = results
  .filter(({ job }, index) => job === undefined && index % 2 === 0)
  .map((result, index) => ({ result, count: Math.max(0, (result.count ?? 3) + (index % 3) - 1) }));
const folder = newFolder();

beforeAll(async () => {
  const decisions = decided.map(({ result, count }) => ({
    key: KEYS.decision(result.endpoint, result.id),
    document: { count, by: 'ann', decided_at: '2026-11-27T12:00:00.000Z' },
  }));
  const all = [...stored, ...decisions].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  await compact(storeOf(all), compactionOf(all, folder));
});

test('objects by hour of the last week', async () => {
  const objects = results
    .filter(({ job, created_at }) => job === undefined && created_at >= '2026-11-21')
    .flatMap(({ endpoint, created_at, detections = [] }) =>
      detections.map(({ label }) => [endpoint, `${created_at.slice(0, 13).replace('T', ' ')}:00:00`, label]),
    );
  const expected = countBy(objects, (key) => key).map(([key, all]) => [...key, all.length]);
  expect(expected.length).toBeGreaterThan(10);
  expect(await rowsOf('objects-by-hour-last-week', folder)).toEqual(expected);
});

test('pictures by day', async () => {
  const pictures = results.filter(({ job }) => job === undefined);
  const expected = countBy(pictures, ({ endpoint, created_at }) => [endpoint, created_at.slice(0, 10)]).map(
    ([key, all]) => {
      const done = all.filter(({ status }) => status === 'done');
      const found = done.reduce((sum, { count = 0 }) => sum + count, 0);
      const ms = done.length > 0 ? 12.5 : null;
      const rejected = all.filter(({ status }) => status === 'rejected').length;
      return [...key, all.length, rejected, done.length > 0 ? found : null, ms, ms];
    },
  );
  expect(await rowsOf('pictures-by-day', folder)).toEqual(expected);
});

test('the error against people by day', async () => {
  const judged = decided.filter(({ result }) => result.status === 'done');
  const expected = countBy(judged, ({ result }) => [result.endpoint, result.created_at.slice(0, 10), '7']).map(
    ([key, all]) => {
      const errors = all.map(({ result, count }) => Math.abs((result.count ?? 0) - count));
      const mean = errors.reduce((sum, error) => sum + error, 0) / all.length;
      return [...key, all.length, mean, errors.filter((error) => error === 0).length / all.length];
    },
  );
  expect(expected.length).toBeGreaterThan(2);
  expect(await rowsOf('error-against-people-by-day', folder)).toEqual(expected);
});
