import fc from 'fast-check';
import { Random } from '../../bench/simulation/random.ts';
import {
  alarmAt,
  changeStart,
  NO_EVIDENCE,
  nextEvidence,
  sharedEvidence,
} from '../../functions/evidence/e-detector.ts';

const gains = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 30 });

test('is the sum of the capital of one gambler from each step', () => {
  fc.assert(
    fc.property(gains, (all) => {
      const recursive = all.reduce(nextEvidence, NO_EVIDENCE);
      const each = all.map((_, start) => Math.exp(all.slice(start).reduce((sum, gain) => sum + gain, 0)));
      expect(recursive).toBeCloseTo(Math.log(each.reduce((sum, capital) => sum + capital, 0)), 8);
    }),
  );
});

test('forgets what came before a change', () => {
  const long = [...Array(10_000).fill(-0.5), ...Array(20).fill(1)].reduce(nextEvidence, NO_EVIDENCE);
  const short = Array(20).fill(1).reduce(nextEvidence, NO_EVIDENCE);
  expect(long - short).toBeGreaterThanOrEqual(0);
  expect(long - short).toBeLessThan(1);
});

test('a false alarm within so many steps has at most the promised chance', () => {
  // Fair bets on coins, at a risk of 20 % within 200 steps: of 2000 runs, at most 400 on average, σ 18.
  const [steps, runs, share] = [200, 2000, 0.5];
  const random = new Random(7);
  const threshold = alarmAt(steps, 0.2);
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    let evidence = NO_EVIDENCE;
    for (let step = 0; step < steps && evidence < threshold; step++) {
      evidence = nextEvidence(evidence, Math.log1p(random.chance(0.5) ? share : -share));
    }
    if (evidence >= threshold) alarms++;
  }
  expect(alarms / runs).toBeLessThan(0.2);
  expect(alarms / runs).toBeGreaterThan(0.05);
});

test('is shared by weight', () => {
  expect(sharedEvidence([Math.log(0.25), Math.log(0.75)], [Math.log(8), NO_EVIDENCE])).toBeCloseTo(Math.log(2), 12);
  expect(sharedEvidence([Math.log(0.5), Math.log(0.5)], [Math.log(2), Math.log(4)])).toBeCloseTo(Math.log(3), 12);
});

test('the start of a change is where the gains from there on are largest', () => {
  expect(changeStart([[-1, -1, 1, -0.5, 2]])).toBe(2);
  expect(changeStart([[-1, -2, -3]])).toBe(2);
  expect(changeStart([[1, 1, 1]])).toBe(0);
  // Of starts that are as good, the latest: nothing speaks for the steps before it.
  expect(changeStart([[0, 0, 0]])).toBe(2);
  expect(changeStart([])).toBe(0);
  // The second stake loses what the first one wins at the start, and wins more later.
  expect(
    changeStart([
      [0.1, 0.1, 0.1],
      [-2, 3, 3],
    ]),
  ).toBe(1);
});

test('no step has the threshold of no evidence', () => {
  expect(alarmAt(8766, 0.1)).toBeCloseTo(Math.log(87_660), 12);
  expect(nextEvidence(NO_EVIDENCE, 0.7)).toBeCloseTo(0.7, 12);
});
