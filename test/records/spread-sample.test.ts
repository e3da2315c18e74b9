import { createHash } from 'node:crypto';
import { KEYS } from '../../functions/contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { idAt, resultId, timeOf, uploadName } from '../../functions/records/recorded-requests.ts';
import { spreadNames } from '../../functions/records/spread-sample.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;

/** A UUIDv7 whose last digits look random. */
const nameAt = (ms: number, index: number) =>
  `${idAt(ms).slice(0, 14)}7000-8${hash(index).slice(0, 3)}-${hash(index).slice(3, 7)}${hash(index + 7)}`;
const hash = (index: number) => ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');

/** A bucket with requests at these times; counts its listings. */
function bucket(times: readonly number[]) {
  return holding(times.map(nameAt));
}

function holding(names: readonly string[]) {
  const keys = names.map((name) => KEYS.input('cars', name)).toSorted();
  const listed: number[] = [];
  const list = async (prefix: string, { after = '', most }: { after?: string; most: number }) => {
    const first = keys.findIndex((key) => key > after);
    const page = first < 0 ? [] : keys.slice(first, first + most);
    listed.push(page.length);
    return page.filter((key) => key.startsWith(prefix));
  };
  return { objects: { list } as Pick<Objects, 'list'>, listed };
}

const search = { endpoint: 'cars', sample: 1, most: 100, now: NOW };
/** Requests evenly over the hours before now. */
const over = (hours: number, count: number) =>
  Array.from({ length: count }, (_, at) => NOW.getTime() - hours * HOUR + Math.floor((at * hours * HOUR) / count));

const hoursOf = (names: readonly string[]) => new Set(names.map((name) => Math.floor(timeOf(name) / HOUR)));

test('a sample is spread over the last day, from its first name on', async () => {
  const names = await spreadNames(bucket(over(24, 5000)).objects, search);
  expect(names).toHaveLength(100);
  expect(new Set(names).size).toBe(100);
  expect(hoursOf(names).size).toBeGreaterThanOrEqual(24);
  expect(hoursOf(names.slice(0, 24)).size).toBeGreaterThan(12);
});

test('of a busy endpoint, each quarter of an hour is listed and none in full', async () => {
  const { objects, listed } = bucket(over(24, 60_000));
  const names = await spreadNames(objects, search);
  expect(names).toHaveLength(100);
  expect(hoursOf(names).size).toBeGreaterThanOrEqual(24);
  expect(listed.length).toBe(101);
  expect(listed.slice(1).every((count) => count <= 22)).toBe(true);
});

test('with little traffic, the sample has all requests of the month', async () => {
  const names = await spreadNames(bucket([...over(600, 30), ...over(40 * 24, 2).slice(0, 1)]).objects, search);
  expect(names).toHaveLength(30);
});

test('a share of the requests is sampled, the same at each call', async () => {
  const { objects } = bucket(over(24, 4000));
  const chosen = await spreadNames(objects, { ...search, sample: 0.5, most: 4000 });
  expect(await spreadNames(objects, { ...search, sample: 0.5, most: 4000 })).toEqual(chosen);
  expect(chosen.length).toBeLessThan(4000);
});

test('without requests there is none', async () => {
  expect(await spreadNames(bucket([]).objects, search)).toEqual([]);
});

test('the names after a cursor are a sample of their own', async () => {
  const times = over(1, 30);
  const names = times.map(nameAt);
  const { objects } = bucket(times);
  expect((await spreadNames(objects, { ...search, most: 10 }, names[11])).toSorted()).toHaveLength(10);
  expect((await spreadNames(objects, search, names[11])).toSorted()).toEqual(names.slice(12));
  expect(await spreadNames(objects, search, names.at(-1))).toEqual([]);
});

test('of many names after a cursor, the sample is spread over the time since then', async () => {
  const names = await spreadNames(bucket(over(20, 50_000)).objects, search, idAt(NOW.getTime() - 10 * HOUR));
  expect(names).toHaveLength(100);
  expect(hoursOf(names).size).toBeGreaterThanOrEqual(10);
  expect(Math.min(...names.map(timeOf))).toBeGreaterThanOrEqual(NOW.getTime() - 10 * HOUR);
});

test('a burst of one caller is a small part of the sample of a busy day', async () => {
  const burst = Array.from({ length: 30_000 }, (_, at) => NOW.getTime() - 60_000 + at);
  const names = await spreadNames(bucket([...over(24, 30_000), ...burst]).objects, { ...search, most: 500 });
  expect(names.length).toBeGreaterThanOrEqual(499);
  expect(names.filter((name) => timeOf(name) >= NOW.getTime() - 60_000).length).toBeLessThanOrEqual(1);
});

test('answered uploads are among the others in order of time, although their ids are not', async () => {
  const at = NOW.getTime() - 60_000;
  const [first, last] = [nameAt(at, 1), nameAt(at + 20, 2)];
  const upload = uploadName(at + 10, 'f'.repeat(32));
  const { objects } = holding([last, upload, first]);
  expect((await spreadNames(objects, search)).toSorted()).toEqual([first, upload, last]);
  expect(await spreadNames(objects, search, upload)).toEqual([last]);
  expect([first, upload].map(resultId)).toEqual([first, 'f'.repeat(32)]);
  expect([first, upload].map(timeOf)).toEqual([at, at + 10]);
});

test.each([0.1, 0.5, 0.9])('a sample has the given share, of requests and of uploads: %d', async (sample) => {
  const at = NOW.getTime() - 60_000;
  const uploads = Array.from({ length: 4000 }, (_, index) =>
    uploadName(at + index, createHash('sha256').update(String(index)).digest('hex').slice(0, 32)),
  );
  for (const { objects } of [bucket(over(1, 4000)), holding(uploads)]) {
    const { length } = await spreadNames(objects, { ...search, sample, most: 4000 });
    // Five standard deviations.
    expect(Math.abs(length - 4000 * sample)).toBeLessThan(5 * Math.sqrt(4000 * sample * (1 - sample)));
  }
});

test('a small sample advances although none of the next ids is in it', async () => {
  const { objects } = bucket(over(1, 40_000));
  let cursor = idAt(NOW.getTime() - HOUR);
  for (let round = 0; round < 50; round += 1) {
    const [next = ''] = await spreadNames(objects, { ...search, sample: 0.01, most: 1 }, cursor);
    expect(next > cursor).toBe(true);
    cursor = next;
  }
});
