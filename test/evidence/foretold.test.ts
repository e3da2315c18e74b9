import fc from 'fast-check';
import { expectedRates, fewestMore, medianHits, withMore } from '../../functions/evidence/foretold.ts';

test('the fewest with which a condition holds, and none beyond the most', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (least) => {
      expect(fewestMore((more) => more >= least)).toBe(least);
    }),
  );
  expect(fewestMore(() => false)).toBeUndefined();
  expect(fewestMore((more) => more >= 51, 50)).toBeUndefined();
  expect(fewestMore((more) => more >= 50, 50)).toBe(50);
  // Not all at once: a proof that few would give can be out of reach of many.
  expect(fewestMore((more) => more >= 10 && more < 40, 1000)).toBe(10);
});

test('half of all streams have no more hits', () => {
  // Medians of Poisson numbers; the line runs through the middle of their steps.
  const median = (mean: number) => {
    let [count, term, sum] = [0, Math.exp(-mean), Math.exp(-mean)];
    while (sum < 0.5) {
      count++;
      term *= mean / count;
      sum += term;
    }
    return count;
  };
  expect([0, 0.2, 0.69].map(medianHits)).toEqual([0, 0, 0]);
  for (const mean of [0.8, 1.5, 2.2, 5, 9.4, 40]) {
    expect(Math.abs(medianHits(mean) - median(mean))).toBeLessThan(0.95);
    expect(medianHits(mean + 0.1)).toBeGreaterThan(medianHits(mean));
    expect(medianHits(mean)).toBeLessThan(mean);
  }
});

describe('the next requests', () => {
  const usual = { trials: 10_000, hits: 100 };
  const none = { trials: 0, hits: 0 };

  test('without any yet, are as in the day before, or as told', () => {
    expect(expectedRates({ candidate: none, live: none, usual }, 0)).toEqual([0.01, 0.01]);
    expect(expectedRates({ candidate: none, live: none }, 0.05)).toEqual([0.05, 0.05]);
  });

  test('are as those so far, as soon as there are many', () => {
    const [candidate, live] = expectedRates(
      { candidate: { trials: 1e6, hits: 5e4 }, live: { trials: 1e6, hits: 2e4 }, usual },
      0,
    );
    expect(candidate).toBeCloseTo(0.05, 3);
    expect(live).toBeCloseTo(0.02, 3);
  });

  test('are worth as much as 200 of the day before', () => {
    const [, live] = expectedRates({ candidate: none, live: { trials: 200, hits: 0 }, usual }, 0);
    expect(live).toBeCloseTo(0.005, 12);
  });

  test('of the candidate alone, are compared with the day before', () => {
    const rates = expectedRates({ candidate: { trials: 100, hits: 3 }, live: none, usual }, 0);
    expect(rates[0]).toBeCloseTo(0.02, 12);
    expect(rates[1]).toBe(0.01);
  });

  test('one failure among few is no rate of failures', () => {
    const [candidate] = expectedRates({ candidate: { trials: 5, hits: 1 }, live: { trials: 45, hits: 0 }, usual }, 0);
    expect(candidate).toBeLessThan(0.03);
  });

  test('of versions that fail alike, are alike, whatever the day before was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const both = (count: number) => ({ trials: count, hits: count * share });
        const [candidate, live] = expectedRates({ candidate: both(trials), live: both(9 * trials), usual }, 0);
        expect(candidate).toBeCloseTo(live, 9);
        expect(candidate).toBeGreaterThanOrEqual(0);
        expect(candidate).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('come to both versions by the weight of the alias', () => {
    const counts = { candidate: { trials: 10, hits: 1 }, live: { trials: 90, hits: 0 }, usual };
    const grown = withMore(counts, { candidate: 0.1, live: 0, livePerCandidate: 9 }, 100);
    expect(grown).toEqual({
      candidate: { trials: 110, hits: 1 + medianHits(10) },
      live: { trials: 990, hits: 0 },
      usual,
    });
  });
});
