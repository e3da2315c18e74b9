/** `npm run query`: its options, what it reads of a bucket, its errors and its output. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, type ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { tablesOfBucket } from '../../../cli/query/bucket-results.ts';
import type { Cell } from '../../../cli/query/cells.ts';
import { type Answer, Database } from '../../../cli/query/database.ts';
import { MAX_TABLE_ROWS, printAnswer, tableOf } from '../../../cli/query/output.ts';
import { program } from '../../../cli/query/program.ts';
import { sinceOf } from '../../../cli/query/since.ts';
import { newFolder } from '../../tables/results.ts';

const NOW = new Date('2026-11-26T20:00:00Z');

describe('--since', () => {
  test.each([
    ['7d', '2026-11-19'],
    ['0d', '2026-11-26'],
    ['2026-02-28', '2026-02-28'],
    ['all', ''],
  ])('%s begins with the whole day %p in UTC', (text, day) => expect(sinceOf(text, NOW)).toBe(day));

  test.each(['', '7', '-1d', '2026-02-30', 'yesterday'])('%p is refused', (text) => {
    const message = `Expected days (7d), a day in UTC (2026-11-26) or all, received ${text}.`;
    expect(() => sinceOf(text, NOW)).toThrow(message);
  });
});

test.each([
  [['--json', '--csv'], "option '--csv' cannot be used with option '--json'"],
  [['--tables', 'x', '--local'], "option '--tables <folder>' cannot be used with option '--local'"],
  [['--tables', 'x', '--since', '7d'], "option '--tables <folder>' cannot be used with option '--since <days>'"],
  [['--endpoint', '../x'], 'Expected the name of an endpoint, received ../x.'],
  [['--save', 'a\\b'], 'Expected a folder without a backslash, which DuckDB takes for a slash, received '],
  [['--most', '0'], 'Expected a number from 1, received 0.'],
])('options without an effect or a meaning are refused: %j', async (options, message) => {
  const command = program(() => NOW)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await expect(command.parseAsync(['select 1', ...options], { from: 'user' })).rejects.toThrow(message);
});

test('a query that is none is refused before anything is read', async () => {
  const run = program(() => NOW).parseAsync(['selct 1', '--tables', newFolder()], { from: 'user' });
  await expect(run).rejects.toThrow('syntax error at or near "selct"');
});

test('a folder without tables, and one for --save with entries, are named', async () => {
  const folder = newFolder();
  const run = (...args: string[]) => program(() => NOW).parseAsync(['select 1', ...args], { from: 'user' });
  await expect(run('--tables', folder)).rejects.toThrow(
    `Expected a folder that --save made for --tables, received ${folder}`,
  );
  const full = join(folder, '..');
  await expect(run('--save', full)).rejects.toThrow(`Expected an empty folder for --save, received ${full} with`);
});

const DAY = '2026-11-26T10:00:00.000Z';

function resultOf(id: string, endpoint = 'count-cars') {
  const source = { kind: 'http' };
  const release = { function_name: 'detect', function_version: '1', alias: 'live' };
  const image = { width: 640, height: 480 };
  return { id, endpoint, created_at: DAY, source, release, status: 'human', image, request: {} };
}

/** A bucket with two objects on a page. */
function bucketOf(objects: Readonly<Record<string, unknown>>, modified = new Date(DAY)): S3Client {
  const send = async (command: ListObjectsV2Command | GetObjectCommand) => {
    if (command instanceof GetObjectCommand) {
      const value = objects[command.input.Key ?? ''];
      if (value === null) throw new NoSuchKey({ message: 'none', $metadata: {} });
      return { Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(value)) } };
    }
    const { Prefix = '', ContinuationToken: token = '0' } = command.input;
    const keys = Object.keys(objects).filter((key) => key.startsWith(Prefix));
    const end = Number(token) + 2;
    const Contents = keys.slice(end - 2, end).map((Key) => ({ Key, LastModified: modified, Size: 500_000 }));
    return { Contents, ...(end < keys.length && { NextContinuationToken: String(end) }) };
  };
  return { send } as unknown as S3Client;
}

async function read(s3: S3Client, options: { endpoint?: string; since?: string; most?: number } = {}) {
  const folder = newFolder();
  const notes: string[] = [];
  const selection = { since: '2026-11-26', most: 100, ...options };
  const folders = { target: folder, workspace: folder };
  await tablesOfBucket({ s3, bucket: 'b' }, selection, folders, { note: (text) => notes.push(text) });
  const database = await Database.open(folder);
  await database.attach(folder);
  const rows = await Array.fromAsync((await database.query('select result_key from pictures order by 1')).rows);
  database.close();
  return { keys: rows.flat(2), notes };
}

const RESULTS = {
  'results/count-cars/a.json': resultOf('a'),
  'results/count-cars/b.json': resultOf('b'),
  'results/count-cars/c.json': resultOf('c'),
  'results/other/d.json': resultOf('d', 'other'),
  'batch/count-cars/detect/v1/e.json': resultOf('e'),
  'batch/count-cars/detect/v1/e.jpg': 'a picture',
};

test('results of all pages, endpoints and batch jobs are read, no pictures; how many is said before', async () => {
  const { keys, notes } = await read(bucketOf(RESULTS));
  expect(keys).toEqual(
    Object.keys(RESULTS)
      .filter((key) => key.endsWith('.json'))
      .toSorted(),
  );
  expect(notes).toEqual(['Reads 5 results (2.5 MB) since 2026-11-26 UTC.']);
  expect((await read(bucketOf(RESULTS), { endpoint: 'other', since: '' })).notes).toEqual(['Reads 1 result (500 kB).']);
});

test('deleted results and other objects are named, the rest is read', async () => {
  const objects = { ...RESULTS, 'results/count-cars/b.json': null, 'results/count-cars/c.json': {} };
  const { keys, notes } = await read(bucketOf(objects));
  expect(keys).toHaveLength(3);
  expect(notes.slice(1)).toEqual([
    '1 result deleted meanwhile: left out.',
    '1 unreadable: left out.',
    expect.stringMatching(/^ {2}Expected a result in results\/count-cars\/c\.json, received status: Invalid/),
  ]);
});

test('without results, and with more than --most, nothing is read', async () => {
  const none = 'Expected results in the bucket b, received none since 2026-11-26 UTC (--since): send a picture';
  await expect(read(bucketOf({}))).rejects.toThrow(none);
  await expect(read(bucketOf(RESULTS, new Date('2026-11-25T23:00:00Z')))).rejects.toThrow(none);
  await expect(read(bucketOf(RESULTS), { endpoint: 'x', since: '' })).rejects.toThrow(
    'Expected results of x in the bucket',
  );
  await expect(read(bucketOf(RESULTS), { most: 4 })).rejects.toThrow(
    'Expected at most 4 results to read, received 5 (2.5 MB): narrow them with --since or --endpoint',
  );
});

describe('SQL', () => {
  const folder = newFolder();
  let database: Database;
  beforeAll(async () => {
    const folders = { target: folder, workspace: folder };
    await tablesOfBucket({ s3: bucketOf(RESULTS), bucket: 'b' }, { since: '', most: 9 }, folders, { note: () => {} });
    database = await Database.open(folder);
    await database.attach(folder);
  });
  afterAll(() => database.close());

  test.each([
    ['selct 1', /syntax error at or near "selct"\n\nLINE 1: selct 1\n {8}\^/],
    ['select cuont from pictures', /"cuont" not found[\s\S]+"count"[\s\S]+LINE 1: select cuont[\s\S]+ {15}\^/],
    ["select error('no') from pictures", /no/],
    ['select 1; select 2', /Expected one SQL statement, received 2/],
    ['', /Expected one SQL statement, received 0/],
  ])('%p is refused with the place', async (sql, message) => {
    const run = async () => Array.fromAsync((await database.query(sql)).rows);
    await expect(run()).rejects.toThrow(message);
    await expect(run()).rejects.toMatchObject({ name: 'QueryError', exitCode: 1 });
  });

  test('values are as JSON has them', async () => {
    const sql = `select 9007199254740993, sum(width), 1.5, null, true, 'nan'::double, date '2026-11-26', [1, 2],
      min(created_at) from pictures`;
    const [[row]] = (await Array.fromAsync((await database.query(sql)).rows)) as [Cell[][]];
    const exact = '9007199254740993';
    expect(row).toEqual([exact, 3200, 1.5, null, true, 'NaN', '2026-11-26', '[1, 2]', '2026-11-26 10:00:00']);
  });
});

test('where DuckDB does not load, the message has the reason and the remedy', async () => {
  const load = () => Promise.reject(new Error("Cannot find package '@duckdb/node-api'\nimported from x"));
  const opened = Database.open('x', load);
  await expect(opened).rejects.toThrow(
    "received: Cannot find package '@duckdb/node-api'\nInstall the packages again: npm ci",
  );
});

async function printed(answer: Answer, format: 'table' | 'json' | 'csv', width = 80) {
  const [lines, notes]: [string[], string[]] = [[], []];
  const print = (text: string) => lines.push(text);
  const note = (text: string) => notes.push(text);
  await printAnswer(answer, format, { print, note, width, paint: (_, text) => text, isInteractive: false });
  return { text: lines.join('\n'), notes };
}

function answerOf(columns: string[], ...chunks: Cell[][][]): Answer {
  async function* rows() {
    yield* chunks;
  }
  return { columns, rows: rows() };
}

test('JSON and CSV have all rows, and quote what needs it', async () => {
  const answer = () => answerOf(['day', 'n'], [['a,b', 1]], [['"', null]]);
  const json = '[{"day":"a,b","n":1}\n,{"day":"\\"","n":null}\n]';
  expect((await printed(answer(), 'json')).text).toBe(json);
  expect((await printed(answer(), 'csv')).text).toBe('day,n\n"a,b",1\n"""",');
  expect((await printed(answerOf(['n']), 'json')).text).toBe('[]');
  expect((await printed(answerOf(['n']), 'csv')).text).toBe('n');
});

test('a table has a line for each row, and a block where that is too wide; long ones are cut, and say so', async () => {
  const rows = [['count-cars', 12]];
  const lines = tableOf(['endpoint', 'n'], rows, 80).split('\n');
  expect(lines[3]).toBe('│ count-cars │ 12 │');
  expect(tableOf(['endpoint', 'n'], rows, 15)).toBe('row 1\nendpoint  count-cars\nn         12');
  const many = Array.from({ length: MAX_TABLE_ROWS }, (_, index) => [index]);
  const { text, notes } = await printed(answerOf(['n'], many, [[MAX_TABLE_ROWS]]), 'table');
  expect(text.split('\n')).toHaveLength(MAX_TABLE_ROWS + 4);
  expect(notes).toEqual([`A table shows the first ${MAX_TABLE_ROWS} rows; --csv and --json print all.`]);
  expect((await printed(answerOf(['n'], many), 'table')).notes).toEqual([]);
});

test('nothing is left in the workspace', async () => {
  const folder = newFolder();
  const folders = { target: join(folder, 'target'), workspace: folder };
  await tablesOfBucket({ s3: bucketOf(RESULTS), bucket: 'b' }, { since: '', most: 9 }, folders, { note: () => {} });
  expect(readdirSync(folder)).toEqual(['target']);
  expect(existsSync(join(folder, 'target/tables/pictures/endpoint=count-cars/day=2026-11-26'))).toBe(true);
});
