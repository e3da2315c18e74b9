import { floorOf } from '../../bench/drift/floor.ts';
import { SHIFTS, type Shift } from '../../bench/drift/pictures.ts';
import type { Row } from '../../bench/drift/pools.ts';
import { brokenPromises, type Results, shiftTable, yearTable } from '../../bench/drift/report.ts';
import { runShifts } from '../../bench/drift/runs.ts';
import { ranked, VirtualEndpoint } from '../../bench/drift/world.ts';
import { Random } from '../../bench/simulation/random.ts';
import { BIN_RANGES, type BinRange } from '../../functions/drift/sketch.ts';
import { MONDAY, object, picture } from '../drift/facts.ts';

const random = new Random(9);

/** Rows as those of photos: other cells of luminance in each. */
function rows(count: number, changes: (row: Row) => Partial<Row> = () => ({})): Row[] {
  return Array.from({ length: count }, () => {
    const luminance = Array.from({ length: 64 }, () => String.fromCharCode(48 + random.below(64))).join('');
    const measures = {
      brightness: 120 + 30 * random.normal(),
      contrast: 0.5 + 0.1 * random.normal(),
      saturation: 0.3 + 0.1 * random.uniform(),
      sharpness: 0.5 + 0.1 * random.uniform(),
      tilt: 3 * random.normal(),
      quality: 90,
    };
    const detections = Array.from({ length: random.poisson(4) }, () => object('car', { x: random.below(500) }));
    const { time: _, ...row } = { ...picture(), luminance, measures, detections };
    return { ...row, ...changes(row) };
  });
}

const before = rows(200);
const dark = rows(60, ({ measures }) => ({
  measures: { ...(measures as object), brightness: 15 } as Row['measures'] & object,
}));

test('an hour sketched by its pictures is nearly that of its scenes', () => {
  const hourBy = (sketching: 'pictures' | 'scenes') => {
    const endpoint = new VirtualEndpoint({ picturesPerDay: 2000, weather: 0 }, new Random(4));
    return endpoint.hour(MONDAY + 12, ranked(before), sketching).sketch;
  };
  const [exact, fast] = [hourBy('pictures'), hourBy('scenes')];
  expect(exact.pictures).toBe(fast.pictures);
  expect(Math.abs(exact.scenes - fast.scenes)).toBeLessThan(0.03 * exact.scenes);
  const apart = exact.bins.reduce((sum, weight, bin) => sum + Math.abs(weight - (fast.bins[bin] as number)), 0);
  expect(apart).toBeLessThan(0.05 * exact.bins.reduce((sum, weight) => sum + weight, 0));
});

test('days differ in the number of objects where their content does', () => {
  const deviationWith = (content: number) => {
    const endpoint = new VirtualEndpoint({ picturesPerDay: 4000, weather: 0, content }, new Random(4));
    const means = Array.from({ length: 20 }, (_, day) => {
      const { bins } = endpoint.hour(MONDAY + 24 * day + 12, ranked(before)).sketch;
      const { first, count } = BIN_RANGES.get('objects') as BinRange;
      const weights = bins.slice(first, first + count);
      return weights.reduce((sum, weight, bin) => sum + weight * bin, 0) / weights.reduce((sum, each) => sum + each, 0);
    });
    const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
    return Math.sqrt(means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / means.length);
  };
  expect(deviationWith(0.1)).toBeGreaterThan(2 * deviationWith(0));
});

test('a run finds the night, names the brightness, and finds no drift where there is none', () => {
  const after = Object.fromEntries((Object.keys(SHIFTS) as Shift[]).map((shift) => [shift, before]));
  const pools = { before, after: { ...after, night: dark } as Record<Shift, Row[]> };
  const results = runShifts(pools, { picturesPerDay: 500, weather: 0 }, 3, 48);
  expect(results.find(({ shift }) => shift === 'night')?.found).toMatchObject({ named: 'brightness', late: 0 });
  expect(results.filter(({ found, early }) => found || early)).toHaveLength(1);
});

test('the floor of a class mix is the evidence of an alarm by the divergence of the main labels', () => {
  const mixOf = (cars: number) =>
    rows(200).map((row, at) => ({ ...row, detections: [object(at < cars ? 'car' : 'bus')] }));
  // 0.9 ln 9 + 0.1 ln(1/9) = 1.76 nats.
  const { nats, scenes } = floorOf(mixOf(180), mixOf(20));
  expect(nats).toBeCloseTo(1.76, 1);
  expect(nats * scenes).toBeCloseTo(Math.log(87_660), 9);
});

describe('the report', () => {
  const world = { picturesPerDay: 1000, weather: 0 };
  const found = (shift: Shift, pictures: number) => {
    return { shift, early: false, found: { pictures, hours: 2, named: SHIFTS[shift][0], late: 0 } };
  };
  const yearOf = (alarms: number) => ({ alarms, withRepeats: 3 * alarms, leading: [] });
  const results = (alarms: number, pictures: number): Results => ({
    shots: { before: 1, after: 1 },
    floor: { nats: 0.5, scenes: 23 },
    years: [{ world, years: Array.from({ length: 4 }, (_, year) => yearOf(year === 0 ? alarms : 0)) }],
    shifts: [{ world, results: (Object.keys(SHIFTS) as Shift[]).map((shift) => found(shift, pictures)) }],
  });

  test('says which promises are broken', () => {
    expect(brokenPromises(results(0, 200))).toEqual([]);
    expect(brokenPromises(results(3, 200))).toEqual([]);
    expect(brokenPromises(results(4, 200))).toEqual([
      '1.00 false alarms a year, at most 2.29, at 1000 pictures a day whose days differ by nothing',
    ]);
    expect(brokenPromises(results(0, 301))).toContain('night is found within 300 pictures in a share of 0');
  });

  test('has a row for each endpoint and shift', () => {
    expect(yearTable(results(2, 200))).toMatch(/\| 1,000 +\| nothing +\| 4 +\| 2 \(6\) +\| 0\.50 +\| 1\.57 +\|/);
    expect(shiftTable(results(0, 200))).toMatch(
      /\| nothing +\| fog +\| 1 of 1 +\| 200 \(200\) +\| 2 \(2\) +\| contrast 1/,
    );
  });
});
