import { Random } from '../../bench/simulation/random.ts';
import {
  type Carried,
  evidenceNotWorseInAll,
  liveTrafficOf,
  mostDifferenceInAll,
  NOTHING_CARRIED,
} from '../../functions/evidence/carried.ts';
import { evidenceRateBelow, mostRate } from '../../functions/evidence/one-rate.ts';
import { evidenceNotWorse, mostDifference, type TwoTallies } from '../../functions/evidence/two-rates.ts';

const PASS = Math.log(100);
const both = (c: number, cn: number, l: number, ln: number): TwoTallies => ({
  candidate: { hits: c, trials: cn },
  live: { hits: l, trials: ln },
});

describe('evidence of a whole rollout', () => {
  test('is that of the step where nothing came before', () => {
    const counts = both(1, 200, 3, 1800);
    expect(evidenceNotWorseInAll(counts, NOTHING_CARRIED, 0.01, 0.01)).toBe(evidenceNotWorse(counts, 0.01));
    expect(mostDifferenceInAll(counts, NOTHING_CARRIED, 0.01)).toBe(mostDifference(counts, 0.01));
  });

  test('is the product of its parts, each with its own share of traffic', () => {
    const [first, second, now] = [both(0, 100, 0, 900), both(0, 80, 1, 720), both(0, 150, 0, 150)];
    const replays = { trials: 150, hits: 0 };
    const parts = [first, second, now].reduce((sum, part) => sum + evidenceNotWorse(part, 0.01), 0);
    const carried = { earlier: [first, second], replays };
    expect(evidenceNotWorseInAll(now, carried, 0.01, 1e-9)).toBeCloseTo(parts + evidenceRateBelow(replays, 0.01), 9);
  });

  test('counts what came before at most 2/α: live requests must not speak against the candidate', () => {
    const carried: Carried = { earlier: [], replays: { trials: 100_000, hits: 0 } };
    expect(evidenceNotWorseInAll(both(0, 30, 0, 270), carried, 0.01, 0.01)).toBeGreaterThan(PASS);
    expect(evidenceNotWorseInAll(both(2, 60, 0, 540), carried, 0.01, 0.01)).toBeLessThan(PASS);
  });

  test('of live traffic leaves the replays out', () => {
    const carried: Carried = { earlier: [both(0, 10, 0, 90)], replays: { trials: 9, hits: 0 } };
    expect(liveTrafficOf(carried)).toEqual({ earlier: carried.earlier });
  });

  test('does not take a rate that drifts for both as a difference, though pooled counts would', () => {
    const [quiet, outage] = [both(0, 100, 0, 900), both(250, 500, 250, 500)];
    expect(mostDifference(both(250, 600, 250, 1400), 0.01)).toBeGreaterThan(0.2);
    const most = mostDifferenceInAll(outage, { earlier: [quiet] }, 0.01);
    expect(most).toBeLessThan(0.12);
    expect(most).toBeGreaterThan(0);
  });
});

describe('evidence of a single rate', () => {
  test('takes about 500 replays without a failure for 1 %', () => {
    expect(evidenceRateBelow({ trials: 490, hits: 0 }, 0.01)).toBeLessThan(PASS);
    expect(evidenceRateBelow({ trials: 520, hits: 0 }, 0.01)).toBeGreaterThan(PASS);
    expect(evidenceRateBelow({ trials: 500, hits: 20 }, 0.01)).toBeLessThanOrEqual(0);
    expect(evidenceRateBelow({ trials: 0, hits: 0 }, 0.01)).toBe(0);
  });

  test('gives a bound, where it reaches 1/α', () => {
    const tally = { trials: 300, hits: 3 };
    const most = mostRate(tally, 0.01);
    expect(evidenceRateBelow(tally, most + 1e-6)).toBeGreaterThan(PASS);
    expect(evidenceRateBelow(tally, most - 1e-6)).toBeLessThan(PASS);
    expect(mostRate({ trials: 0, hits: 0 }, 0.01)).toBeCloseTo(1, 9);
  });
});

/** Runs of a whole rollout at the very edge of the margin, looked at after every request of its last part. */
function falsePromotions(rates: (at: number) => readonly [candidate: number, live: number], replayed: number): number {
  let wrong = 0;
  for (let run = 0; run < 100; run++) {
    const random = new Random(11, run);
    const replays = { trials: 60, hits: hitsOf(random, 60, replayed) };
    const part = (weight: number, from: number, requests: number, look: (counts: TwoTallies) => boolean) => {
      const tallies = { candidate: { trials: 0, hits: 0 }, live: { trials: 0, hits: 0 } };
      for (let at = from; at < from + requests; at++) {
        const isCandidate = random.chance(weight);
        const tally = isCandidate ? tallies.candidate : tallies.live;
        tally.trials++;
        if (random.chance(rates(at)[isCandidate ? 0 : 1])) tally.hits++;
        if (look(tallies)) return tallies;
      }
      return tallies;
    };
    const enough = Math.log(10);
    const passes = (earlier: readonly TwoTallies[]) => (counts: TwoTallies) =>
      evidenceNotWorseInAll(counts, { earlier, replays }, 0.05, 0.1) >= enough;
    const first = part(0.1, 0, 300, passes([]));
    let isPassed = false;
    part(0.5, 300, 300, (counts) => {
      isPassed ||= passes([first])(counts);
      return isPassed;
    });
    if (isPassed) wrong++;
  }
  return wrong;
}

function hitsOf(random: Random, trials: number, rate: number): number {
  return Array.from({ length: trials }, () => random.chance(rate)).filter(Boolean).length;
}

describe('a rollout at the very edge of its margin passes in at most α of the runs', () => {
  // α = 0.1 at 100 runs: 10 expected at most, 19 is three deviations more.
  test.each([
    ['constant rates', () => [0.06, 0.01] as const],
    [
      'an outage of both in the first part',
      (at: number) => (at < 100 ? ([0.95, 0.9] as const) : ([0.06, 0.01] as const)),
    ],
    [
      'an outage of both in the second part',
      (at: number) => (at > 450 ? ([0.95, 0.9] as const) : ([0.06, 0.01] as const)),
    ],
  ])('%s', (_, rates) => {
    expect(falsePromotions(rates, 0.05)).toBeLessThan(19);
  });
});
