import { type Cell, SCENARIOS, type Scenario, shareAtMost, simulateScenario } from '../../bench/simulation/cells.ts';
import { Random } from '../../bench/simulation/random.ts';
import { broken, page, table } from '../../bench/simulation/report.ts';

const ROLLOUTS = 20;
/** Because a rollout that waits for other pictures takes two virtual days. */
const FEW = 3;

/** Scenarios of each kind; `npm run simulate` runs all of them, with 2000 rollouts in every cell. */
const NAMES = [
  'none, live fails 0 %',
  'none, outages of both at 100 %',
  '2 % errors',
  '3 × latency',
  'one box in ten missed',
  'count off by one in every fifth picture',
  'one request in ten times out, no shadow',
  'every picture rejected, no shadow',
  'one picture in fifty kills the process, no shadow',
  '1.3 × latency, σ 0.1, no shadow',
];
/** Likewise, where pictures come again. */
const AGAIN = [
  'none, every picture 100 times',
  'none, one camera with 90 % of the traffic',
  'one box in twelve missed, every picture 10 times',
  'one box in twelve missed, every picture encoded anew 100 times',
];
const cells = new Map<string, readonly Cell[]>();

beforeAll(() => {
  for (const scenario of SCENARIOS.filter(({ name }) => [...NAMES, ...AGAIN].includes(name))) {
    const rollouts = AGAIN.includes(scenario.name) ? FEW : ROLLOUTS;
    cells.set(scenario.name, [...simulateScenario(scenario, { rollouts, seed: 4, pictures: 4000 })]);
  }
});

const of = (name: string) => cells.get(name) ?? [];

test('every listed fault is simulated', () => {
  expect([...cells.keys()].toSorted()).toEqual([...NAMES, ...AGAIN].toSorted());
  for (const name of NAMES) expect(of(name).map(({ volume }) => volume)).toEqual([0.2, 1, 10, 100, 1000]);
});

test('a candidate equal to live is rolled back at no volume', () => {
  for (const name of NAMES.slice(0, 2)) for (const { wrong } of of(name)) expect(wrong).toBe(0);
});

test('pictures that come again roll no equal candidate back, and promote none with a fault', () => {
  for (const name of AGAIN) for (const { wrong } of of(name)) expect(wrong).toBe(0);
});

test('where each of few scenes comes a hundred times, a rollout waits for others', () => {
  const [tiny, , , , busiest] = of('none, every picture 100 times');
  expect(tiny).toMatchObject({ held: FEW, endedIn: { shadow: FEW } });
  expect(busiest?.right).toBe(FEW);
});

test('it reaches all traffic by itself at any volume: replays prove what little traffic cannot', () => {
  const [tiny, low, some, busy, busiest] = of('none, live fails 0 %');
  for (const cell of [low, some, busy, busiest]) expect(cell?.right).toBe(ROLLOUTS);
  expect(tiny?.right).toBeGreaterThan(0.8 * ROLLOUTS);
  const hours = [low, some, busy, busiest].map((cell) => (cell?.minutes.median ?? 0) / 60);
  for (const [index, most] of [12, 3, 50 / 60, 0.5].entries()) expect(hours[index]).toBeLessThanOrEqual(most);
});

test.each(NAMES.slice(2))('%s: never reaches all traffic', (name) => {
  for (const { wrong } of of(name)) expect(wrong).toBe(0);
});

test('a fault that a shadow finds affects no live request', () => {
  for (const name of NAMES.slice(3, 6)) {
    for (const cell of of(name))
      expect(cell).toMatchObject({ right: ROLLOUTS, touched: { most: 0 }, endedIn: { shadow: ROLLOUTS } });
  }
});

test('errors that Lambda counts later are found by a canary, after a few more requests', () => {
  const [, , , busy, busiest] = of('one picture in fifty kills the process, no shadow');
  expect(busy).toMatchObject({ right: ROLLOUTS, endedIn: { weight: ROLLOUTS } });
  expect(busy?.touched.most).toBeLessThan(40);
  expect(busiest?.touched.most).toBeLessThan(120);
});

test('errors that only a canary can prove affect few live requests, at any volume', () => {
  for (const { touched } of of('2 % errors')) expect(touched.most).toBeLessThan(40);
  expect(of('2 % errors')[3]?.right).toBeGreaterThan(0.9 * ROLLOUTS);
});

test.each(NAMES.slice(6, 8))('%s: affects few live requests, at any volume', (name) => {
  for (const { touched, right, endedIn } of of(name).slice(1)) {
    expect(touched.median).toBeLessThan(400);
    expect(right).toBe(ROLLOUTS);
    expect(endedIn).toEqual({ weight: ROLLOUTS });
  }
});

test('the same seed gives the same cells, another seed others', () => {
  const [scenario] = SCENARIOS.filter(({ name }) => name === '2 % errors, no shadow');
  const run = (seed: number) => [...simulateScenario(scenario as Scenario, { rollouts: 3, seed, pictures: 200 })];
  expect(run(9)).toEqual(run(9));
  expect(run(9)).not.toEqual(run(10));
});

describe('the report', () => {
  const cell: Cell = {
    scenario: 'none',
    faulty: false,
    volume: 10,
    rollouts: 200,
    right: 197,
    wrong: 1,
    held: 2,
    wrongAtMost: 0.0235,
    touched: { median: 0, most: 3.6 },
    minutes: { median: 119, most: 2880 },
    endedIn: { weight: 3, done: 197 },
  };

  test('has one row per cell', () => {
    const [header, , row] = table([cell]).split('\n');
    expect(header).toContain('| requests per minute |');
    expect(row?.replaceAll(/ +/g, ' ')).toBe(
      '| none | 10 | 98.5 % | 0.5 % | 1 % | 2.35 % | 0 (4) | 119 min (2.0 d) | done 98.5 %, weight 1.5 % |',
    );
  });

  test('names the promises that are broken', () => {
    expect(broken([cell])).toEqual([]);
    expect(broken([{ ...cell, wrong: 2 }])).toEqual(['none, 10 requests per minute: 2 of 200 ended wrong']);
    expect(broken([{ ...cell, volume: 0.2 }])).toEqual([]);
  });

  test('makes a page that names its command', () => {
    const text = page([cell, { ...cell, faulty: true, scenario: 'some fault' }], 'npm run simulate -- --seed 3');
    expect(text).toContain('Made by `npm run simulate -- --seed 3`');
    expect(text.indexOf('| none ')).toBeLessThan(text.indexOf('| some fault '));
  });
});

test('the bound of a share is that of Clopper and Pearson', () => {
  // Without hits it is 1 − 0.05^(1/n).
  expect(shareAtMost(0, 2000)).toBeCloseTo(1 - 0.05 ** (1 / 2000), 9);
  expect(shareAtMost(1, 10)).toBeCloseTo(0.3941633, 6);
  expect(shareAtMost(10, 10)).toBe(1);
});

describe('the random numbers', () => {
  test.each([0.3, 4, 12, 900])('Poisson numbers have mean and variance %d', (mean) => {
    const random = new Random(1, mean);
    const numbers = Array.from({ length: 40_000 }, () => random.poisson(mean));
    const average = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    const variance = numbers.reduce((sum, each) => sum + (each - average) ** 2, 0) / numbers.length;
    // Five standard deviations of each estimate.
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / 40_000));
    expect(Math.abs(variance - mean)).toBeLessThan(5 * Math.sqrt((2 * mean * mean + mean) / 40_000));
  });

  test('normal numbers have mean 0 and variance 1', () => {
    const random = new Random(2);
    const numbers = Array.from({ length: 40_000 }, () => random.normal());
    expect(Math.abs(numbers.reduce((sum, each) => sum + each, 0) / 40_000)).toBeLessThan(0.025);
    expect(Math.abs(numbers.reduce((sum, each) => sum + each * each, 0) / 40_000 - 1)).toBeLessThan(0.036);
  });
});
