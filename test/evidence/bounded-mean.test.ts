import fc from 'fast-check';
import {
  evidenceAbove,
  evidenceBelow,
  leastMean,
  meanOf,
  mostMean,
  type Sample,
} from '../../functions/evidence/bounded-mean.ts';

const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });
const once = (all: readonly number[]): Sample => all.map((value) => [value, 1] as const);
const bounds = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('evidence about a mean', () => {
  test('is the capital won by betting, spread over the stakes', () => {
    // One value of 1 against "mean ≤ 0.5": each stake g wins g. Seven stakes, an equal part on each.
    const stakes = [0.9, 0.45, 0.225, 0.1125, 0.056, 0.028, 0.014];
    const capital = stakes.reduce((sum, stake) => sum + 1 + stake, 0) / stakes.length;
    expect(evidenceAbove([[1, 1]], 0.5)).toBeCloseTo(Math.log(capital), 12);
    expect(evidenceBelow([[0, 1]], 0.5)).toBeCloseTo(Math.log(capital), 12);
  });

  test('is none without values', () => {
    expect(evidenceAbove([], 0.3)).toBeCloseTo(0, 12);
    expect(evidenceBelow([[0.5, 0]], 0.3)).toBeCloseTo(0, 12);
  });

  test('needs about 70 values of 0 to prove less than a tenth', () => {
    expect(evidenceBelow([[0, 60]], 0.1)).toBeLessThan(Math.log(100));
    expect(evidenceBelow([[0, 75]], 0.1)).toBeGreaterThan(Math.log(100));
  });

  test('above a bound is evidence of the rest below the rest', () => {
    fc.assert(
      fc.property(values, bounds, (all, bound) => {
        const rest = all.map((value) => 1 - value);
        expect(evidenceAbove(once(all), bound)).toBeCloseTo(evidenceBelow(once(rest), 1 - bound), 6);
      }),
    );
  });

  test('does not depend on the order of the values, nor on how they are grouped', () => {
    fc.assert(
      fc.property(values, bounds, (all, bound) => {
        const grouped = [...Map.groupBy(all, (value) => value)].map(([value, same]) => [value, same.length] as const);
        expect(evidenceAbove(grouped.toReversed(), bound)).toBeCloseTo(evidenceAbove(once(all), bound), 8);
      }),
    );
  });

  test('grows with every value that is larger, and with a lower bound', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bounds, bounds), { maxLength: 40 }), bounds, bounds, (pairs, a, b) => {
        const small = once(pairs.map(([x, y]) => Math.min(x, y)));
        const large = once(pairs.map(([x, y]) => Math.max(x, y)));
        expect(evidenceAbove(large, a)).toBeGreaterThanOrEqual(evidenceAbove(small, a) - 1e-9);
        expect(evidenceBelow(large, a)).toBeLessThanOrEqual(evidenceBelow(small, a) + 1e-9);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(evidenceAbove(small, low)).toBeGreaterThanOrEqual(evidenceAbove(small, high) - 1e-9);
        expect(evidenceBelow(small, high)).toBeGreaterThanOrEqual(evidenceBelow(small, low) - 1e-9);
      }),
    );
  });
});

describe('the bounds of a mean', () => {
  test('enclose it', () => {
    fc.assert(
      fc.property(values, (all) => {
        fc.pre(all.length > 0);
        const mean = meanOf(once(all)) as number;
        expect(leastMean(once(all), 0.05)).toBeLessThanOrEqual(mean + 1e-9);
        expect(mostMean(once(all), 0.05)).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
    );
  });

  test('are where the evidence reaches 1/α', () => {
    const sample: Sample = [
      [0, 45],
      [1, 7],
    ];
    const least = leastMean(sample, 0.001);
    const most = mostMean(sample, 0.01);
    expect(evidenceAbove(sample, least - 1e-6)).toBeGreaterThan(Math.log(1000));
    expect(evidenceAbove(sample, least + 1e-6)).toBeLessThan(Math.log(1000));
    expect(evidenceBelow(sample, most + 1e-6)).toBeGreaterThan(Math.log(100));
    expect(evidenceBelow(sample, most - 1e-6)).toBeLessThan(Math.log(100));
  });

  test('are 0 and 1 without values', () => {
    expect(leastMean([], 0.01)).toBeCloseTo(0, 9);
    expect(mostMean([], 0.01)).toBeCloseTo(1, 9);
  });
});

test('the mean weighs each value by its count, and is undefined without values', () => {
  expect(
    meanOf([
      [0, 3],
      [1, 1],
    ]),
  ).toBe(0.25);
  expect(meanOf([])).toBeUndefined();
  expect(meanOf([[0.3, 0]])).toBeUndefined();
});
