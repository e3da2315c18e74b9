/** The gate of slow requests in a canary: over live's own 90th percentile. */

import fc from 'fast-check';
import { boundOfSlow, shareSlowerThan, type Times } from '../../bench/simulation/virtual-endpoint.ts';
import { decide } from '../../functions/judge/decide.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { judgeWeight } from '../../functions/judge/verdict.ts';
import { canary, DEFAULT_PLAN } from '../../functions/plan/plan.ts';
import { counts, settled, stepOf, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const HOUR = 3_600_000;
const SPREADS: readonly Times[] = [{ spread: 0.1 }, { spread: 0.2 }, { spread: 0.39 }, { spread: 0.1, large: 1 / 3 }];

/** The outcome of the gate after so many requests of each version in a canary at 50 %, in expected counts. */
function outcomeOf(times: Times, slowdown: number, requests: number): string | undefined {
  const step = stepOf([canary({ percent: 50 })], 'weight');
  const slow = (factor: number) => Math.round(requests * shareSlowerThan(times, boundOfSlow(times), factor));
  const both = { live: counts(requests, 0, slow(1)), candidate: counts(requests, 0, slow(slowdown)) };
  const { findings } = judgeWeight(step, { ...both, elapsedMs: HOUR });
  return findings.find((finding) => 'gate' in finding && finding.gate === 'latency')?.outcome;
}

test.each(SPREADS)('an equal candidate is promoted after 300 requests, and never rolled back: %j', (times) => {
  expect(outcomeOf(times, 1, 300)).toBe('promote');
  fc.assert(fc.property(fc.integer({ min: 0, max: 20_000 }), (n) => outcomeOf(times, 1, n) !== 'roll back'));
});

test.each<[Times, number]>([
  [{ spread: 0.1 }, 30],
  [{ spread: 0.2 }, 120],
  [{ spread: 0.39 }, 900],
  [{ spread: 0.1, large: 1 / 3 }, 300],
])('one that takes 1.3 times as long is rolled back: %j, within %d requests', (times, requests) => {
  expect(outcomeOf(times, 1.3, requests)).toBe('roll back');
});

test.each<[Times, string]>([
  [{ spread: 0.1 }, 'roll back'],
  [{ spread: 0.2 }, 'roll back'],
  [{ spread: 0.39 }, 'promote'],
])('one that takes 1.1 times as long is rolled back only where latency is steady: %j', (times, outcome) => {
  expect(outcomeOf(times, 1.1, 3000)).toBe(outcome);
});

test('one in ten of the requests of live is slow by definition, whatever the spread', () => {
  for (const times of SPREADS) {
    if (times.spread >= 0.1) expect(shareSlowerThan(times, boundOfSlow(times), 1)).toBeCloseTo(0.1, 3);
  }
  const steadier = { spread: 0.01 };
  expect(boundOfSlow(steadier)).toBeCloseTo(110, 1);
});

test('the default plan does not promote what is 1.3 times as slow at the usual spread, by either canary', () => {
  const margins = DEFAULT_PLAN.flatMap((phase) =>
    phase.kind === 'canary' && phase.gates?.latency ? [phase.gates.latency.margin] : [],
  );
  const times = { spread: 0.39 };
  const difference = shareSlowerThan(times, boundOfSlow(times), 1.3) - 0.1;
  expect(margins).toEqual([0.4, 0.17]);
  expect(margins.at(-1)).toBeLessThan(difference);
});

test('a limit in milliseconds is compared without knowledge of live', () => {
  const step = stepOf([canary({ percent: 10, gates: { latency: { limitMs: 300 } } })], 'weight');
  const { findings } = judgeWeight(step, { live: counts(900), candidate: counts(100), elapsedMs: HOUR });
  const [finding] = findings.filter((each) => 'gate' in each && each.gate === 'latency');
  expect(finding).toMatchObject({ kind: 'difference' });
  expect(finding).not.toHaveProperty('counts.usual');
});

test('both bounds are fixed together: first requests count with the later ones or not at all', () => {
  const steps = stepsOfPlan([canary({ percent: 10 })]);
  const state: RolloutState = { ...startRollout({ live: '1', candidate: '2' }, 6_000_000), step: 1 };
  const now = state.since;
  const none = decide(steps, state, { now, usualTimes: { firstSlowerThanMs: 900 } }).state;
  expect(none).not.toHaveProperty('firstSlowerThanMs');
  const both = decide(steps, none, { now, usualTimes: { slowerThanMs: 200, firstSlowerThanMs: 700 } }).state;
  expect(both).toMatchObject({ slowerThanMs: 200, firstSlowerThanMs: 700 });
  const minutes = [{ minute: 100, live: counts(9, 0, 1), candidate: counts(3, 0, 2) }];
  const tick = (bounds: object) => decide(steps, both, { now, traffic: { ...settled(101, minutes), ...bounds } }).state;
  expect(tick({ slowerThanMs: 200, firstSlowerThanMs: 700 }).traffic.candidate).toMatchObject({ timed: 3, slow: 2 });
  expect(tick({ slowerThanMs: 200 }).traffic.candidate).toMatchObject({ timed: 0, slow: 0 });
});
