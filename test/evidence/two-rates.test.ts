import fc from 'fast-check';
import {
  evidenceNotWorse,
  evidenceWorse,
  leastDifference,
  mostDifference,
  type TwoTallies,
} from '../../functions/evidence/two-rates.ts';
import { twoTallies } from '../rollout/fixtures/arbitraries.ts';

const counts = (hits: number, trials: number, liveHits: number, liveTrials: number): TwoTallies => ({
  candidate: { hits, trials },
  live: { hits: liveHits, trials: liveTrials },
});

const ENOUGH = Math.log(1000);

/** Chance of one sequence with these hits, its rate drawn from Beta(a, b): a product, term by term. */
function chance(hits: number, trials: number, [a, b]: readonly [number, number]): number {
  let product = 1;
  for (let trial = 0; trial < trials; trial++) {
    product *= (trial < hits ? a + trial : b + trial - hits) / (a + b + trial);
  }
  return product;
}

const [RARE, SOME, ANY] = [[0.5, 100] as const, [1, 50] as const, [0.5, 0.5] as const];
const NEXT_TO_NONE = [0.5, 50_000] as const;

describe('evidence that the candidate is worse', () => {
  test('comes from few requests when they all fail', () => {
    expect(evidenceWorse(counts(2, 2, 0, 18), 0.002)).toBeLessThan(ENOUGH);
    expect(evidenceWorse(counts(4, 4, 0, 36), 0.002)).toBeGreaterThan(ENOUGH);
  });

  test('needs more when fewer fail', () => {
    expect(evidenceWorse(counts(3, 30, 0, 270), 0.002)).toBeLessThan(ENOUGH);
    expect(evidenceWorse(counts(12, 500, 4, 4500), 0.002)).toBeGreaterThan(ENOUGH);
  });

  test('is none without requests, without failures, and where the rates are within the tolerance', () => {
    for (const none of [counts(0, 0, 0, 0), counts(0, 5, 0, 0), counts(0, 500, 0, 4500), counts(3, 1000, 1, 1000)]) {
      expect(evidenceWorse(none, 0.002)).toBeLessThanOrEqual(0);
    }
  });

  test('is none without requests of the candidate, even where live always fails', () => {
    expect(evidenceWorse(counts(0, 0, 5000, 5000), 0.002)).toBeLessThanOrEqual(0);
  });

  test('does not come from fewer requests than the weight alone', () => {
    expect(evidenceWorse(counts(0, 1, 0, 100_000), 0.002)).toBeLessThanOrEqual(0);
  });

  test('cannot come from a candidate without live requests over the same time', () => {
    expect(evidenceWorse(counts(100, 100, 0, 0), 0.002)).toBeLessThanOrEqual(0);
  });

  test('is the exact ratio of the average and of the largest likelihood', () => {
    const average = (candidate: [number, number], live: [number, number]) =>
      0.5 * chance(...candidate, SOME) * chance(...live, RARE) +
      0.3 * chance(...candidate, ANY) * chance(...live, RARE) +
      0.2 * chance(...candidate, ANY) * chance(...live, ANY);
    // With equal rates the largest likelihood is at a half.
    expect(evidenceWorse(counts(2, 2, 0, 2), 0)).toBeCloseTo(Math.log(average([2, 2], [0, 2]) / 0.5 ** 4), 9);
    // Within the tolerance it is that of the observed rates.
    const most = 0.25 * 0.75 ** 3 * 0.4 ** 2 * 0.6 ** 3;
    expect(evidenceWorse(counts(1, 4, 2, 5), 0.5)).toBeCloseTo(Math.log(average([1, 4], [2, 5]) / most), 9);
  });
});

describe('evidence that the candidate is not worse', () => {
  const PASS = Math.log(100);

  test('needs hundreds of requests for a margin of one point', () => {
    expect(evidenceNotWorse(counts(0, 500, 0, 4500), 0.01)).toBeLessThan(PASS);
    expect(evidenceNotWorse(counts(0, 570, 0, 5130), 0.01)).toBeGreaterThan(PASS);
    expect(evidenceNotWorse(counts(1, 1100, 9, 9900), 0.01)).toBeGreaterThan(PASS);
  });

  test("needs fewer where live's day before has shown the usual rate", () => {
    const both = counts(24, 2400, 216, 21_600);
    expect(evidenceNotWorse(both, 0.01)).toBeLessThan(PASS);
    expect(evidenceNotWorse({ ...both, usual: { trials: 1440, hits: 14 } }, 0.01)).toBeGreaterThan(PASS);
    const perfect = { ...counts(0, 530, 0, 4770), usual: { trials: 1440, hits: 0 } };
    expect(evidenceNotWorse(perfect, 0.01)).toBeGreaterThan(PASS);
    expect(evidenceWorse({ ...counts(4, 100, 9, 900), usual: { trials: 14_400, hits: 144 } }, 0.002)).toBeGreaterThan(
      evidenceWorse(counts(4, 100, 9, 900), 0.002),
    );
  });

  test("is no more than three times smaller where live's day before was another one", () => {
    const both = counts(2, 1000, 18, 9000);
    const misled = evidenceNotWorse({ ...both, usual: { trials: 14_400, hits: 7200 } }, 0.01);
    expect(misled).toBeGreaterThan(evidenceNotWorse(both, 0.01) - Math.log(5));
    expect(misled).toBeLessThan(evidenceNotWorse(both, 0.01));
  });

  test("does not count live's day before as evidence", () => {
    const usual = { trials: 1e6, hits: 0 };
    expect(evidenceNotWorse({ ...counts(0, 0, 0, 0), usual }, 0.01)).toBeCloseTo(0, 9);
    expect(evidenceWorse({ ...counts(0, 0, 0, 0), usual }, 0.01)).toBeCloseTo(0, 9);
    const none = { trials: 0, hits: 0 };
    const both = counts(1, 20, 3, 300);
    expect(evidenceNotWorse({ ...both, usual: none }, 0.01)).toBe(evidenceNotWorse(both, 0.01));
  });

  test('does not come from few requests without an error', () => {
    expect(evidenceNotWorse(counts(0, 100, 50, 900), 0.01)).toBeLessThan(PASS);
  });

  test('is none without requests of the candidate, and where the rates differ by more than the margin', () => {
    for (const none of [counts(0, 0, 0, 5000), counts(20, 1000, 1, 9000)]) {
      expect(evidenceNotWorse(none, 0.01)).toBeLessThanOrEqual(0);
    }
  });

  test('comes from the candidate alone where live had no requests: its rate bounds the difference', () => {
    expect(evidenceNotWorse(counts(0, 3000, 0, 0), 0.01)).toBeGreaterThan(PASS);
  });

  test('is the exact ratio of the average and of the largest likelihood', () => {
    const average = (candidate: [number, number], live: [number, number]) => {
      const both = [candidate[0] + live[0], candidate[1] + live[1]] as const;
      return (
        0.33 * chance(...both, NEXT_TO_NONE) +
        0.47 * chance(...both, RARE) +
        0.1 * chance(...both, ANY) +
        0.05 * chance(...candidate, SOME) * chance(...live, RARE) +
        0.05 * chance(...candidate, ANY) * chance(...live, ANY)
      );
    };
    // No failures: the largest likelihood at a difference of 0.5 has live's rate at 0 and the candidate's at a half.
    expect(evidenceNotWorse(counts(0, 2, 0, 3), 0.5)).toBeCloseTo(Math.log(average([0, 2], [0, 3]) / 0.25), 6);
    // Outside of the margin it is that of the observed rates.
    const most = 0.75 ** 3 * 0.25 * 0.2 * 0.8 ** 4;
    expect(evidenceNotWorse(counts(3, 4, 1, 5), 0.5)).toBeCloseTo(Math.log(average([3, 4], [1, 5]) / most), 9);
  });
});

describe('the two together', () => {
  test('never prove the difference to be both above and below a bound', () => {
    fc.assert(
      fc.property(twoTallies(), fc.double({ min: -0.9, max: 0.9, noNaN: true }), (both, difference) => {
        expect(Math.min(evidenceWorse(both, difference), evidenceNotWorse(both, difference))).toBeLessThan(1e-9);
      }),
    );
  });

  test('one more failure never proves less harm, one fewer never less safety', () => {
    fc.assert(
      fc.property(twoTallies(500), ({ candidate, live }) => {
        fc.pre(candidate.hits < candidate.trials);
        const before = { candidate, live };
        const after = { candidate: { ...candidate, hits: candidate.hits + 1 }, live };
        if (evidenceWorse(before, 0.002) >= ENOUGH) expect(evidenceWorse(after, 0.002)).toBeGreaterThanOrEqual(ENOUGH);
        if (evidenceNotWorse(after, 0.01) >= Math.log(100)) {
          expect(evidenceNotWorse(before, 0.01)).toBeGreaterThanOrEqual(Math.log(100));
        }
      }),
    );
  });

  test('a wider tolerance leaves less evidence of harm, a wider margin more of safety', () => {
    const bound = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(twoTallies(), bound, bound, (both, a, b) => {
        const [narrow, wide] = [Math.min(a, b), Math.max(a, b)];
        expect(evidenceWorse(both, wide)).toBeLessThanOrEqual(evidenceWorse(both, narrow) + 1e-6);
        expect(evidenceNotWorse(both, wide)).toBeGreaterThanOrEqual(evidenceNotWorse(both, narrow) - 1e-6);
      }),
    );
  });
});

describe('the bounds of the difference', () => {
  test('enclose the observed difference, and each other', () => {
    fc.assert(
      fc.property(twoTallies(), (both) => {
        const { candidate, live } = both;
        fc.pre(candidate.trials > 0 && live.trials > 0);
        const observed = candidate.hits / candidate.trials - live.hits / live.trials;
        expect(leastDifference(both, 0.01)).toBeLessThanOrEqual(observed + 1e-9);
        expect(mostDifference(both, 0.01)).toBeGreaterThanOrEqual(observed - 1e-9);
      }),
    );
  });

  test('are where the evidence reaches 1/α', () => {
    const both = counts(7, 52, 1, 940);
    const least = leastDifference(both, 0.001);
    const most = mostDifference(both, 0.01);
    expect(evidenceWorse(both, least - 1e-6)).toBeGreaterThan(ENOUGH);
    expect(evidenceWorse(both, least + 1e-6)).toBeLessThan(ENOUGH);
    expect(evidenceNotWorse(both, most + 1e-6)).toBeGreaterThan(Math.log(100));
    expect(evidenceNotWorse(both, most - 1e-6)).toBeLessThan(Math.log(100));
    expect(least).toBeGreaterThan(0.01);
    expect(most).toBeLessThan(0.5);
  });

  test('are −1 and 1 without data', () => {
    expect(leastDifference(counts(0, 0, 0, 0), 0.01)).toBeCloseTo(-1, 9);
    expect(mostDifference(counts(0, 0, 0, 0), 0.01)).toBeCloseTo(1, 9);
  });

  test('become narrower with more data, and wider with more certainty', () => {
    expect(mostDifference(counts(0, 1000, 0, 9000), 0.01)).toBeLessThan(mostDifference(counts(0, 100, 0, 900), 0.01));
    expect(mostDifference(counts(0, 1000, 0, 9000), 0.01)).toBeLessThan(
      mostDifference(counts(0, 1000, 0, 9000), 0.001),
    );
  });
});
