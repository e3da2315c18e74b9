import { Random } from '../../bench/simulation/random.ts';
import { allowancesOf, type HourMoments, PARTS, partOf, TOLERANCE } from '../../functions/drift/allowance.ts';
import { MONDAY } from './facts.ts';

/** Variance of a rank within an hour. */
const VARIANCE = 1 / 12;
const LOG_RISK = Math.log(170 / 0.01);

interface Days {
  readonly days: number;
  readonly scenes: number;
  /** What moves the mean of an hour. */
  readonly off?: (day: number, hour: number) => number;
}

/** Hours whose means are off by chance, as so many scenes have it, and besides. */
function hoursOf({ days, scenes, off = () => 0 }: Days, random: Random): HourMoments[] {
  return Array.from({ length: 24 * days }, (_, index) => {
    const mean = off(Math.floor(index / 24), index % 24) + Math.sqrt(VARIANCE / scenes) * random.normal();
    return { hour: MONDAY + index, weight: scenes, excess: scenes * mean, noise: scenes * VARIANCE };
  });
}

const allowances = (days: Days, seed = 1) => allowancesOf(hoursOf(days, new Random(seed)), LOG_RISK) as number[];
const average = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
/** Over many references, because one of seven days is near to nothing in estimating a variance. */
const usual = (days: Days) => average(Array.from({ length: 40 }, (_, seed) => average(allowances(days, seed + 1))));

test('is the tolerance where the reference is large and its days are alike', () => {
  expect(allowances({ days: 28, scenes: 300 })).toEqual(Array(PARTS).fill(TOLERANCE));
});

test('is more for a small reference, and for one of few days', () => {
  expect(usual({ days: 7, scenes: 3 })).toBeGreaterThan(usual({ days: 7, scenes: 28 }) + 0.05);
  expect(usual({ days: 7, scenes: 3 })).toBeGreaterThan(usual({ days: 28, scenes: 3 }) + 0.03);
});

test('is more where days differ, and less so after four weeks of them', () => {
  const light = new Random(5);
  const weather = (days: number) => {
    const ofDay = Array.from({ length: 40 * days }, () => 0.05 * light.normal());
    return average(
      Array.from({ length: 40 }, (_, at) => {
        return average(allowances({ days, scenes: 28, off: (day) => ofDay[at * days + day] as number }, at));
      }),
    );
  };
  const [week, weeks] = [weather(7), weather(28)];
  expect(week).toBeGreaterThan(5 * 0.05);
  expect(weeks).toBeLessThan(week);
  expect(weeks).toBeGreaterThan(4 * 0.05);
});

test('is more for the part of the day that differs from day to day', () => {
  const light = new Random(7);
  const ofDay = Array.from({ length: 14 }, () => 0.1 * light.normal());
  const off = (day: number, hour: number) => (partOf(hour) === 2 ? (ofDay[day] as number) : 0);
  const [morning, others] = [2, [0, 1, 3, 4, 5]] as const;
  const all = allowances({ days: 14, scenes: 100, off });
  for (const part of others) expect(all[morning]).toBeGreaterThan((all[part] as number) + 0.2);
});

test('a new day is further off with nearly the stated chance, whatever the weather, and whether it lasts', () => {
  // One in 1000 on either side, for references of seven days; where weather lasts, they tell less than seven.
  for (const [alike, most] of [
    [0, 0.0012],
    [0.5, 0.006],
  ] as const) {
    const random = new Random(11);
    let light = 0;
    const chances = Array.from({ length: 400 }, () => {
      const ofDay = Array.from({ length: 7 }, () => {
        light = alike * light + Math.sqrt(1 - alike * alike) * random.normal();
        return 0.08 * light;
      });
      const hours = hoursOf({ days: 7, scenes: 60, off: (day) => ofDay[day] as number }, random);
      const mean = average(hours.map(({ excess, weight }) => excess / weight));
      const allowed = average(allowancesOf(hours, 0) as number[]);
      return (above((allowed - mean) / 0.08) + above((allowed + mean) / 0.08)) / 2;
    });
    expect(average(chances)).toBeLessThan(most);
  }
});

/** The chance that a standard normal variate is above a value, to 1e−7 (Abramowitz & Stegun 26.2.17). */
function above(value: number): number {
  if (value < 0) return 1 - above(-value);
  const t = 1 / (1 + 0.2316419 * value);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

test('is none without scenes, and of one day only what the reference is off by', () => {
  expect(allowancesOf([], LOG_RISK)).toBeUndefined();
  expect(allowances({ days: 1, scenes: 1000, off: () => 0.3 })).toEqual(Array(PARTS).fill(TOLERANCE));
});
