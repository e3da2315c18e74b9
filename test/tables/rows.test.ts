/** Rows of stored results: their values, the fields that no row has, and what is refused. */

import { readFileSync } from 'node:fs';
import { rowsOf, UnreadableResultError } from '../../functions/tables/rows.ts';
import { COLUMNS } from '../../functions/tables/schema.ts';
import { TABLE_KEYS, TABLE_NAMES } from '../../functions/tables-contract.ts';

const KEY = 'results/count-cars/a.json';
const UPLOAD = { kind: 'upload', bucket: 'photos', key: 'uploads/count-cars/a.jpg', version: 'v1' };
const common = {
  id: 'a',
  endpoint: 'count-cars',
  created_at: '2026-11-26T23:59:59.999Z',
  source: { kind: 'http' },
  release: { function_name: 'detect', function_version: '7', alias: 'live' },
};
const done = {
  ...common,
  status: 'done',
  count: 2,
  counts: { car: 2 },
  detections: [
    { label: 'car', confidence: 0.9, box: { x: 10.1, y: 20, width: 20.2, height: 5 } },
    { label: 'car', confidence: 0.5, box: { x: 0, y: 0, width: 1, height: 2 } },
  ],
  image: { width: 640, height: 480 },
  model: { name: 'counter-nano', version: '1.2.0', sha256: 'ab' },
  timing_ms: { decode: 1, total: 12.5 },
  request: { confidence: 0.4 },
  owner: 'a-hash-of-the-caller',
  fingerprint: { sha256: 'cd' },
};
const problem = { type: 'unsupported-picture', title: 'Not a picture', status: 415, detail: 'text', errors: [] };

test('a prediction has a row of its picture and one of each object, by the day in UTC', () => {
  const { partition, picture, objects } = rowsOf(KEY, done);
  expect(partition).toEqual({ endpoint: 'count-cars', day: '2026-11-26' });
  const about = { result_key: KEY, id: 'a', created_at: 1795737599999, source: 'http', function_version: '7' };
  expect(picture).toEqual({
    ...about,
    ...{ status: 'done', source_bucket: null, source_key: null, source_version: null, job: null },
    ...{ function_name: 'detect', alias: 'live', model: 'counter-nano', model_version: '1.2.0' },
    ...{ width: 640, height: 480, count: 2, detection_ms: 12.5, reason: null },
  });
  expect(objects).toEqual([
    { ...about, number: 1, label: 'car', confidence: 0.9, x1: 10.1, y1: 20, x2: 30.3, y2: 25 },
    { ...about, number: 2, label: 'car', confidence: 0.5, x1: 0, y1: 0, x2: 1, y2: 2 },
  ]);
});

test('a row has each column of its table in order, and nothing about the caller', () => {
  const { picture, objects } = rowsOf(KEY, done);
  const names = (table: (typeof TABLE_NAMES)[number]) => COLUMNS[table].map(({ name }) => name);
  expect(Object.keys(picture).toSorted()).toEqual(names('pictures').toSorted());
  expect(Object.keys(objects[0] ?? {})).toEqual(names('objects'));
  expect(JSON.stringify({ picture, objects })).not.toMatch(/caller|owner|fingerprint|cd/);
});

test('the picture of a batch job, without annotated picture, has the job and its source', () => {
  const { picture, objects } = rowsOf('batch/count-cars/detect/v7/a.json', { ...done, source: UPLOAD, job: 'night' });
  expect(picture).toMatchObject({
    source: 'batch',
    job: 'night',
    source_bucket: 'photos',
    source_key: 'uploads/count-cars/a.jpg',
    source_version: 'v1',
  });
  expect(objects.map((each) => each.source)).toEqual(['batch', 'batch']);
});

test('a rejection has its reason and no object; a picture that a person answers has its size and no count', () => {
  const rejected = rowsOf(KEY, { ...common, source: UPLOAD, status: 'rejected', problem });
  const none = { count: null, model: null, model_version: null, detection_ms: null };
  const noSize = { width: null, height: null };
  expect(rejected.picture).toMatchObject({ status: 'rejected', reason: 'unsupported-picture', ...none, ...noSize });
  expect(rejected.objects).toEqual([]);
  const human = rowsOf(KEY, { ...common, status: 'human', image: { width: 64, height: 48 }, request: {} });
  expect(human.picture).toMatchObject({ status: 'human', reason: null, ...none, width: 64, height: 48 });
});

test('results of earlier releases and of deleted pictures have no value where they have no field', () => {
  const release = { function_version: '3', alias: null };
  const { picture } = rowsOf(KEY, { ...done, release, source: { ...UPLOAD, version: '' }, timing_ms: {} });
  const none = { function_name: null, alias: null, source_version: null, detection_ms: null };
  expect(picture).toMatchObject({ function_version: '3', ...none });
});

test.each([
  [{ ...done, count: 'two' }, `Expected a result in ${KEY}, received count: Invalid input: expected number`],
  // Larger than a column of type int.
  [{ ...done, count: 2 ** 31 }, `Expected a result in ${KEY}, received count: Too big: expected number`],
  [{ ...done, image: { width: 2 ** 31, height: 1 } }, `Expected a result in ${KEY}, received image.width: Too big`],
  [{ ...done, status: 'lost' }, `Expected a result in ${KEY}, received status: Invalid`],
  [{ ...done, endpoint: '../../etc' }, `Expected a result in ${KEY}, received endpoint: Invalid string`],
  [{ ...done, created_at: 'yesterday' }, `Expected a result in ${KEY}, received created_at: Invalid ISO datetime`],
  [[], `Expected a result in ${KEY}, received Invalid input: expected object`],
])('another document is refused: %#', (document, message) => {
  expect(() => rowsOf(KEY, document)).toThrow(UnreadableResultError);
  expect(() => rowsOf(KEY, document)).toThrow(message);
});

test.each(TABLE_NAMES)('docs/tables.md shows the columns of %s, and their types', (table) => {
  const section = readFileSync('docs/tables.md', 'utf8').split(`### \`${table}\``)[1]?.split('\n#')[0] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+)( or null)? \| (.+?) \|$/gm)];
  const columns = COLUMNS[table].map(({ name, type, nullable, meaning }) => [name, type, nullable, meaning]);
  expect(rows.map(([, name, type, orNull, meaning]) => [name, type, orNull !== undefined, meaning])).toEqual(columns);
});

test('a partition is a folder that Athena and DuckDB read as columns', () => {
  expect(TABLE_KEYS.file('objects', { endpoint: 'count-cars', day: '2026-11-26' })).toBe(
    'tables/objects/endpoint=count-cars/day=2026-11-26/objects.parquet',
  );
});
