import fc from 'fast-check';
import { bisect, logBeta, logGamma, logSumExp, timesLog } from '../../functions/evidence/log-math.ts';

describe('logGamma', () => {
  test('is the logarithm of the factorial at whole numbers', () => {
    let logFactorial = 0;
    for (let n = 1; n < 170; n++) {
      expect(logGamma(n)).toBeCloseTo(logFactorial, 9);
      logFactorial += Math.log(n);
    }
  });

  test('of a half is the logarithm of the square root of pi', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
  });

  test('of a large number agrees with a published value', () => {
    // ln(1000!) = 5912.128178488163 (OEIS A000142).
    expect(logGamma(1001)).toBeCloseTo(5912.128178488163, 8);
  });

  test('obeys Γ(x + 1) = x Γ(x), on both sides of where the series begins', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 30, noNaN: true }), (x) => {
        expect(logGamma(x + 1)).toBeCloseTo(Math.log(x) + logGamma(x), 11);
      }),
    );
  });
});

test('logBeta is symmetric, and 1 / (a · binomial) at whole numbers', () => {
  expect(logBeta(2, 5)).toBeCloseTo(logBeta(5, 2), 14);
  expect(Math.exp(logBeta(3, 4))).toBeCloseTo(1 / 60, 14);
});

describe('logSumExp', () => {
  test('adds on the scale of logarithms', () => {
    expect(logSumExp([Math.log(1), Math.log(2), Math.log(3)])).toBeCloseTo(Math.log(6), 14);
  });

  test('neither overflows nor underflows', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 12);
  });

  test('of no values, and of −∞, is −∞', () => {
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY, 3])).toBe(3);
  });
});

test('timesLog of a count of 0 is 0, for any chance', () => {
  expect(timesLog(0, 0)).toBe(0);
  expect(timesLog(0, Number.NaN)).toBe(0);
  expect(timesLog(2, 0.5)).toBeCloseTo(-2 * Math.LN2, 14);
  expect(timesLog(2, 0)).toBe(Number.NEGATIVE_INFINITY);
});

test('bisect finds where a condition changes, from both sides', () => {
  const [lower, upper] = bisect([0, 4], (value) => value * value < 2);
  expect(lower * lower).toBeLessThan(2);
  expect(upper * upper).toBeGreaterThanOrEqual(2);
  expect(upper - lower).toBe(4 / 2 ** 40);
  expect(bisect([0, 4], () => true, 2)).toEqual([3, 4]);
  expect(bisect([0, 4], () => false, 2)).toEqual([0, 1]);
});
