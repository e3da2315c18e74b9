/** CloudWatch's statistics and metrics. */

import * as fc from 'fast-check';
import { Clock } from '../../../local/clock.ts';
import { Metrics } from '../../../local/cloudwatch/metrics.ts';
import { compute, parseStatistic } from '../../../local/cloudwatch/statistics.ts';
import { Database } from '../../../local/storage/database.ts';

const of = (text: string, values: readonly number[]) => compute(parseStatistic(text), values);

test.each([
  ['Sum', 15],
  ['SampleCount', 5],
  ['p0', 1],
  ['p50', 3],
  ['p90', 4.6],
  ['p100', 5],
  ['TC(2:4)', 2],
  ['TC(2:)', 3],
  ['TC(:2)', 2],
])('%s of 5, 3, 1, 2, 4 is %d', (statistic, expected) => {
  expect(of(statistic, [5, 3, 1, 2, 4])).toBeCloseTo(expected);
});

test.each(['tm90', 'IQM', 'p101', 'TC(10%:90%)', 'sum', 'Average', 'Minimum', 'Maximum', 'PR(:2)'])(
  '%s is rejected by its name',
  (text) => {
    expect(() => parseStatistic(text)).toThrow(`The statistic ${text} (CloudWatch) is not supported by the emulator`);
  },
);

test('a number with more than ten decimals is refused, as CloudWatch does', () => {
  expect(() => parseStatistic('TC(232.18291934595:)')).toThrow('The statistic TC(232.18291934595:) is invalid');
  expect(parseStatistic('TC(232.1829193459:)')).toMatchObject({ over: 232.1829193459 });
});

test('counts over and up to a bound are all; percentiles never fall', () => {
  const values = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.nat(1000), fc.nat(100), fc.nat(100), (given, bound, a, b) => {
      expect(of(`TC(${bound}:)`, given) + of(`TC(:${bound})`, given)).toBe(given.length);
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(of(`p${low}`, given)).toBeLessThanOrEqual(of(`p${high}`, given));
    }),
  );
});

const MINUTE = Date.UTC(2026, 0, 1, 12, 0);

function emf(
  at: number,
  values: object,
  dimensions: Record<string, string> = { service: 'count-cars', version: '3' },
): string {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: 'Count' }));
  const directive = { Namespace: 'Own', Dimensions: [Object.keys(dimensions), ['service']], Metrics };
  return JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, ...dimensions, ...values });
}

function query(metrics: Metrics, dimensions: Record<string, string>, options: object = {}) {
  const range = { from: new Date(MINUTE), to: new Date(MINUTE + 180_000), periodMs: 60_000 };
  return metrics.query({
    namespace: 'Own',
    name: 'Failures',
    dimensions,
    statistic: parseStatistic('Sum'),
    ...range,
    ...options,
  });
}

test('metrics are found by exactly their dimensions, minute by minute', () => {
  const metrics = new Metrics(new Clock());
  metrics.line(emf(MINUTE + 1000, { Failures: 1, Other: 9 }));
  metrics.line(emf(MINUTE + 59_999, { Failures: [2, 3] }));
  metrics.line(emf(MINUTE + 60_000, { Failures: 4 }));
  metrics.line(emf(MINUTE + 120_000, { Failures: 5 }, { service: 'count-cars', version: '4' }));
  metrics.line('not a metric');
  metrics.line('{"_aws": broken');
  const expected = [
    { time: new Date(MINUTE), value: 6 },
    { time: new Date(MINUTE + 60_000), value: 4 },
  ];
  expect(query(metrics, { version: '3', service: 'count-cars' })).toEqual(expected);
  expect(query(metrics, { service: 'count-cars' }).map(({ value }) => value)).toEqual([6, 4, 5]);
  expect(query(metrics, { version: '3' })).toEqual([]);
  expect(query(metrics, { service: 'count-cars' }, { periodMs: 180_000 })).toEqual([
    { time: new Date(MINUTE), value: 15 },
  ]);
  expect(query(metrics, { service: 'count-cars' }, { to: new Date(MINUTE + 60_000) })).toHaveLength(1);
});

test('with a faster clock, metrics belong to the minutes of that clock', () => {
  const clock = new Clock(60);
  const metrics = new Metrics(clock);
  const start = clock.start.getTime();
  for (const wall of [0, 1000, 2000]) metrics.line(emf(start + wall, { Failures: 1 }));
  const points = query(metrics, { service: 'count-cars' }, { from: clock.start, to: new Date(start + 600_000) });
  expect(points.map(({ value }) => value)).toEqual([1, 1, 1]);
});

test('metrics come as late as their kind, in the minute in which they began', () => {
  let now = MINUTE + 40_000;
  const metrics = new Metrics({ now: (wall = now) => new Date(wall) }, { lateness: { emf: 60, lambda: 210 } });
  metrics.line(emf(now, { Failures: 1 }));
  const destination = { qualifier: 'live', version: { name: 'detect', version: '3' } };
  const report = { destination, startedAt: new Date(MINUTE + 11_000), durationMs: 29_000, failed: true };
  metrics.invocation({ ...report, throttled: false } as never);
  const found = () => [
    query(metrics, { service: 'count-cars' }),
    query(metrics, { FunctionName: 'detect' }, { namespace: 'AWS/Lambda', name: 'Errors' }),
  ];
  const point = { time: new Date(MINUTE), value: 1 };
  for (const [seconds, expected] of [
    [59, [[], []]],
    [60, [[point], []]],
    [209, [[point], []]],
    [210, [[point], [point]]],
  ] as const) {
    now = MINUTE + 40_000 + 1000 * seconds;
    expect(found()).toEqual(expected);
  }
});

test('saved metrics are the same after a restart, late ones too', () => {
  const database = new Database();
  let now = MINUTE;
  const open = () => new Metrics({ now: (wall = now) => new Date(wall) }, { lateness: { emf: 60 }, database });
  const before = open();
  for (const value of [1, 1, 0, 2.5]) before.line(emf(MINUTE, { Failures: value }));
  before.save();
  before.line(emf(MINUTE, { Failures: 100 }));
  const after = open();
  const found = { service: 'count-cars' };
  expect(query(after, found)).toEqual([]);
  now += 60_000;
  expect(query(after, found).map(({ value }) => value)).toEqual([4.5]);
  expect(query(after, found, { statistic: parseStatistic('p100') }).map(({ value }) => value)).toEqual([2.5]);
});

test('minutes that are no longer in memory stay, take late values, and end with the retention', () => {
  const database = new Database();
  let now = MINUTE;
  const metrics = new Metrics({ now: (wall = now) => new Date(wall) }, { database });
  const values = (days = 1) => {
    const range = { from: new Date(MINUTE - 60_000), to: new Date(MINUTE + days * 86_400_000), periodMs: 60_000 };
    return query(metrics, { service: 'count-cars' }, range).map(({ value }) => value);
  };
  metrics.line(emf(MINUTE, { Failures: [1, 2] }));
  metrics.line(emf(MINUTE, { Failures: 7 }, { service: 'count-cars-2' }));
  now += 60_000;
  metrics.line(emf(now, { Failures: 10 }));
  metrics.save();
  now += 600_000;
  metrics.save();
  expect(values()).toEqual([3, 10]);
  metrics.line(emf(MINUTE, { Failures: 4 }));
  expect(values()).toEqual([7, 10]);
  metrics.save();
  expect(values()).toEqual([7, 10]);
  now = MINUTE + 15 * 86_400_000 + 60_000;
  metrics.save();
  expect(values(16)).toEqual([10]);
  expect(database.table('metrics', 'keys').entries()).toHaveLength(2);
});
