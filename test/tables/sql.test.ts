/** The same numbers from SQL over the Parquet files and from a plain count over the results. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Database } from '../../cli/query/database.ts';
import { compact } from '../../functions/tables/compact.ts';
import { COLUMNS } from '../../functions/tables/schema.ts';
import { compactionOf, newFolder, resultsAtLeast, type StoredDocument, storeOf } from './results.ts';

interface Detection {
  readonly label: string;
  readonly confidence: number;
}

/** What the queries read of a result. */
interface Result {
  readonly endpoint: string;
  readonly created_at: string;
  readonly status: string;
  readonly count?: number;
  readonly detections?: readonly Detection[];
  readonly job?: string;
}

const PICTURES_BY_DAY = `select endpoint, day, count(*), sum(count) from pictures
  where status = 'done' group by all order by endpoint, day`;
const CARS_BY_HOUR = `select date_trunc('hour', created_at), count(*) from objects
  where label = 'car' and source <> 'batch' group by 1 order by 1`;
const SURE_OBJECTS = `select p.status, count(*) from pictures p join objects o using (result_key)
  where o.confidence >= 0.5 group by 1`;
const OF_JOBS = "select count(*) from pictures where job = 'job-1' and day >= '2026-11-21'";

async function numbersOf(folder: string, sql: string): Promise<unknown[]> {
  const database = await Database.open(folder);
  await database.attach(folder);
  const rows = await Array.fromAsync((await database.query(sql)).rows);
  database.close();
  return rows.flat();
}

function counted<T>(items: readonly T[], keyOf: (item: T) => string, numbersOfItem: (item: T) => number[]): unknown[] {
  const groups = [...Map.groupBy(items, keyOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([key, members]) => [
    ...key.split(' | '),
    members.length,
    ...(members.map(numbersOfItem).reduce((sum, values) => sum.map((each, index) => each + (values[index] ?? 0))) ??
      []),
  ]);
}

const resultsOf = (stored: readonly StoredDocument[]) => stored.map(({ document }) => document as unknown as Result);

test('SQL over the tables gives the numbers of a count over the results', async () => {
  await fc.assert(
    fc.asyncProperty(resultsAtLeast(1), async (stored) => {
      const options = compactionOf(stored);
      await compact(storeOf(stored), options);
      const results = resultsOf(stored);
      const done = results.filter(({ status }) => status === 'done');
      const detections = done.flatMap((result) =>
        (result.detections ?? []).map((each) => ({ ...each, hour: result.created_at.slice(0, 13), job: result.job })),
      );
      const run = (sql: string) => numbersOf(options.target, sql);
      expect(await run(PICTURES_BY_DAY)).toEqual(
        counted(
          done,
          ({ endpoint, created_at }) => `${endpoint} | ${created_at.slice(0, 10)}`,
          ({ count = 0 }) => [count],
        ),
      );
      const cars = detections.filter(({ label, job }) => label === 'car' && job === undefined);
      const hour = (text: string) => `${text.replace('T', ' ')}:00:00`;
      expect(await run(CARS_BY_HOUR)).toEqual(
        counted(
          cars,
          (car) => hour(car.hour),
          () => [],
        ),
      );
      const sure = detections.filter(({ confidence }) => confidence >= 0.5);
      expect(await run(SURE_OBJECTS)).toEqual(
        counted(
          sure,
          () => 'done',
          () => [],
        ),
      );
      const ofJobs = results.filter(({ job, created_at }) => job === 'job-1' && created_at >= '2026-11-21');
      expect(await run(OF_JOBS)).toEqual([[ofJobs.length]]);
      rmSync(options.target, { recursive: true });
    }),
    { numRuns: 6 },
  );
});

test('the columns have the types of the documented tables', async () => {
  const [stored] = fc.sample(resultsAtLeast(21), { seed: 3, numRuns: 1 }) as [StoredDocument[]];
  const options = compactionOf(stored);
  await compact(storeOf(stored), options);
  const typesOf = async (table: string) =>
    Object.fromEntries(
      (await numbersOf(options.target, `select column_name, column_type from (describe ${table})`)) as string[][],
    );
  expect(await typesOf('objects')).toMatchObject({ created_at: 'TIMESTAMP', number: 'INTEGER', x1: 'DOUBLE' });
  const partition = { endpoint: 'VARCHAR', day: 'VARCHAR' };
  expect(await typesOf('pictures')).toMatchObject({
    id: 'VARCHAR',
    created_at: 'TIMESTAMP',
    count: 'INTEGER',
    ...partition,
  });
});

test.each(["it's [a] *? {b,c}", 'endpoint=x/day=5/run=1'])(
  'a folder %s changes nothing: endpoint and day are those of the partitions',
  async (name) => {
    const [stored] = fc.sample(resultsAtLeast(1), { seed: 3, numRuns: 1 }) as [StoredDocument[]];
    const target = join(newFolder(), name);
    await compact(storeOf(stored), compactionOf(stored, target));
    const days = new Set(
      stored.map(({ document }) => `${document.endpoint} ${String(document.created_at).slice(0, 10)}`),
    );
    const found = await numbersOf(target, "select distinct endpoint || ' ' || day from pictures order by 1");
    expect(found.flat()).toEqual([...days].toSorted());
    const columns = await numbersOf(target, 'select column_name from (describe pictures)');
    expect(columns.flat()).toEqual([...COLUMNS.pictures.map((column) => column.name), 'endpoint', 'day']);
  },
);
