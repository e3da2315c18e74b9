import { KEYS } from '../../functions/contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import { spreadNames } from '../../functions/records/spread-sample.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;

/** A UUIDv7 whose last digits look random. */
const nameAt = (ms: number, index: number) =>
  `${idAt(ms).slice(0, 14)}7000-8${hash(index).slice(0, 3)}-${hash(index).slice(3, 7)}${hash(index + 7)}`;
const hash = (index: number) => ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');

/** A bucket with requests at these times; counts its listings. */
function bucket(times: readonly number[]) {
  const keys = times.map((ms, index) => KEYS.input('cars', nameAt(ms, index))).toSorted();
  const listed: number[] = [];
  const list = async (prefix: string, { after = '', most }: { after?: string; most: number }) => {
    const first = keys.findIndex((key) => key > after);
    const page = first < 0 ? [] : keys.slice(first, first + most);
    listed.push(page.length);
    return page.filter((key) => key.startsWith(prefix));
  };
  return { objects: { list } as Pick<Objects, 'list'>, listed };
}

const timeOf = (name: string) => Number.parseInt(name.replace('-', '').slice(0, 12), 16);
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

test('of a busy endpoint, each half hour is listed and none in full', async () => {
  const { objects, listed } = bucket(over(24, 60_000));
  const names = await spreadNames(objects, search);
  expect(names).toHaveLength(100);
  expect(hoursOf(names).size).toBeGreaterThanOrEqual(24);
  expect(listed.length).toBe(49);
  expect(listed.slice(1).every((count) => count <= 5)).toBe(true);
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
