/** The claims about chance, tried by chance: seeded, so that a failure can be repeated. */

import { Random } from '../../bench/simulation/random.ts';
import { evidenceAbove, evidenceBelow } from '../../functions/evidence/bounded-mean.ts';
import { evidenceNotWorse, evidenceWorse, type TwoTallies } from '../../functions/evidence/two-rates.ts';

/** Looks at the evidence after every request; routed by coin, rates by time. */
function everReaches(
  random: Random,
  { requests, weight, rates }: { requests: number; weight: number; rates: (at: number) => [number, number] },
  evidence: (both: TwoTallies) => number,
  enough: number,
): boolean {
  const [candidate, live] = [
    { trials: 0, hits: 0 },
    { trials: 0, hits: 0 },
  ];
  for (let at = 0; at < requests; at++) {
    const [candidateRate, liveRate] = rates(at);
    const toCandidate = random.chance(weight);
    const tally = toCandidate ? candidate : live;
    tally.trials++;
    if (random.chance(toCandidate ? candidateRate : liveRate)) tally.hits++;
    if (evidence({ candidate, live }) >= enough) return true;
  }
  return false;
}

/**
 * Runs in which the evidence ever reaches 1/α; α = 0.1 at 200 runs: 20 expected at most, 33 is three deviations more.
 */
function falseAlarms(
  endpoint: { requests: number; weight: number; rates: (at: number) => [number, number] },
  evidence: (both: TwoTallies) => number,
): number {
  let alarms = 0;
  for (let run = 0; run < 200; run++) {
    if (everReaches(new Random(7, run), endpoint, evidence, Math.log(10))) alarms++;
  }
  return alarms;
}

describe('two rates, looked at after every request, the chance of ever being wrong stays under α', () => {
  const worse = (both: TwoTallies) => evidenceWorse(both, 0.02);
  const notWorse = (both: TwoTallies) => evidenceNotWorse(both, 0.05);

  test.each([
    ['a tenth of the traffic', 0.1],
    ['half of the traffic', 0.5],
  ])('rolling back a candidate at the very edge of its tolerance, %s', (_, weight) => {
    const endpoint = { requests: 400, weight, rates: (): [number, number] => [0.05, 0.03] };
    expect(falseAlarms(endpoint, worse)).toBeLessThan(33);
  });

  test('passing a candidate at the very edge of its margin', () => {
    const endpoint = { requests: 400, weight: 0.5, rates: (): [number, number] => [0.06, 0.01] };
    expect(falseAlarms(endpoint, notWorse)).toBeLessThan(33);
  });

  test('rolling back an equal candidate while both fail again and again together', () => {
    const rates = (at: number): [number, number] => (at % 100 < 20 ? [0.62, 0.6] : [0.02, 0]);
    expect(falseAlarms({ requests: 400, weight: 0.2, rates }, worse)).toBeLessThan(33);
  });

  test('and an ordinary test would not be: the same looks, each at α, go wrong far more often', () => {
    // z-test of two proportions at one-sided 0.1.
    const zTest = ({ candidate, live }: TwoTallies) => {
      if (candidate.trials < 5 || live.trials < 5) return 0;
      const [c, l] = [candidate.hits / candidate.trials, live.hits / live.trials];
      const deviation = Math.sqrt((c * (1 - c)) / candidate.trials + (l * (1 - l)) / live.trials);
      return deviation > 0 && (c - l - 0.02) / deviation > 1.2816 ? Number.POSITIVE_INFINITY : 0;
    };
    const endpoint = { requests: 400, weight: 0.5, rates: (): [number, number] => [0.05, 0.03] };
    expect(falseAlarms(endpoint, zTest)).toBeGreaterThan(60);
  });
});

describe('a mean, looked at after every value, the chance of ever being wrong stays under α', () => {
  const draws: readonly [string, (random: Random) => number][] = [
    ['yes or no', (random) => (random.chance(0.1) ? 1 : 0)],
    ['a few large ones', (random) => (random.chance(0.2) ? random.below(3) / 2 : 0)],
    ['all alike', () => 0.1],
  ];

  test.each(draws)('of a mean of exactly 0.1: %s', (_, draw) => {
    let [above, below] = [0, 0];
    for (let run = 0; run < 200; run++) {
      const random = new Random(3, run);
      const times = new Map<number, number>();
      let [everAbove, everBelow] = [false, false];
      for (let at = 0; at < 200; at++) {
        const value = draw(random);
        times.set(value, (times.get(value) ?? 0) + 1);
        everAbove ||= evidenceAbove([...times], 0.1) >= Math.log(10);
        everBelow ||= evidenceBelow([...times], 0.1) >= Math.log(10);
      }
      if (everAbove) above++;
      if (everBelow) below++;
    }
    // α = 0.1 at 200 runs: 20 expected at most, 33 is three deviations more.
    expect(above).toBeLessThan(33);
    expect(below).toBeLessThan(33);
  });
});
