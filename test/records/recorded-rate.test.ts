import { KEYS } from '../../functions/contract.ts';
import { recordedPerMinute } from '../../functions/records/recorded-rate.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const MINUTE = 60_000;

/** A bucket with so many requests in each of the last minutes. */
function bucket(perMinute: number, minutes: number) {
  const keys = Array.from({ length: perMinute * minutes }, (_, at) =>
    KEYS.input('cars', `${idAt(NOW.getTime() - minutes * MINUTE + Math.floor((at / perMinute) * MINUTE))}000`),
  );
  const list = async (prefix: string, { after = '', most }: { after?: string; most: number }) =>
    keys.filter((key) => key.startsWith(prefix) && key > after).slice(0, most);
  return { list };
}

const search = { endpoint: 'cars', sample: 1, now: NOW };

test.each([
  ['none', 0, 0, 1, 0],
  ['those of the last hour, over the day', 12, 60, 1, 0.5],
  ['older ones do not count', 0.1, 2880, 1, 0.1],
  ['a sample', 0.1, 1440, 0.5, 0.05],
  ['a thousand of many, by the time in which they came', 10, 1440, 1, 10],
])('%s', async (_, perMinute, minutes, sample, rate) => {
  expect(await recordedPerMinute(bucket(perMinute, minutes), { ...search, sample })).toBeCloseTo(rate, 1);
});
