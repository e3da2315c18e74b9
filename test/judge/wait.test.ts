import fc from 'fast-check';
import { requestsToPromote, requestsToRollBack } from '../../bench/simulation/proofs.ts';
import { expectedRates, medianHits } from '../../functions/evidence/foretold.ts';
import { decide } from '../../functions/judge/decide.ts';
import { explainWait } from '../../functions/judge/explain-wait.ts';
import type { Verdict } from '../../functions/judge/finding.ts';
import type { Observations } from '../../functions/judge/observations.ts';
import type { Rates } from '../../functions/judge/rates.ts';
import { NO_PICTURES, type ShadowTally } from '../../functions/judge/shadow-tally.ts';
import { usualSlow } from '../../functions/judge/slow-share.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { judgeBake, judgeShadow, judgeWeight, type TrafficEvidence, verdictOf } from '../../functions/judge/verdict.ts';
import type { VersionCounts } from '../../functions/judge/version-counts.ts';
import { waitOf } from '../../functions/judge/wait.ts';
import { waitOfTick } from '../../functions/judge/wait-of-tick.ts';
import { blueGreen, canary, DEFAULT_PLAN, shadow, type TrafficGates } from '../../functions/plan/plan.ts';
import type { WeightStep } from '../../functions/plan/steps.ts';
import { counts, pictures, rejecting, stepOf, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;
/** Limits that nothing reaches. */
const FREE = { alarmMinutes: Number.POSITIVE_INFINITY, picturesLeft: Number.POSITIVE_INFINITY };
/** A request of the candidate each minute, counted at once: then minutes are requests. */
const ONE: Rates = { requests: 1, lateMinutes: 0 };
const ERRORS_ALONE: TrafficGates = { rejectionRate: false, latency: false, minRequests: 1 };
const canaryOf = (percent: number, gates: TrafficGates = ERRORS_ALONE) =>
  stepOf([canary({ percent, duration: '1s', gates })], 'weight');

type Counts = Pick<TrafficEvidence, 'candidate' | 'live' | 'usual' | 'carried'>;

function waitIn(step: WeightStep, evidence: Counts, rates = ONE, limits = FREE) {
  return waitOf(step, judgeWeight(step, { ...evidence, elapsedMs: 60 * MINUTE }), rates, limits);
}

describe('a canary needs', () => {
  test.each([
    [10, 0, 556],
    [50, 0, 534],
  ])('what docs/proofs.md says: at %d %%, where %d fail, %d requests', (percent, _, requests) => {
    expect(requestsToPromote(0, percent / 100, 0)).toBe(requests);
    const wait = waitIn(canaryOf(percent), { candidate: counts(0), live: counts(0) });
    expect(wait).toEqual({
      needs: [
        {
          of: 'errorRate',
          unit: 'requests',
          shares: { candidate: 0, live: 0 },
          more: requests,
          expected: 'promote',
          minutes: requests,
        },
        { of: 'least', unit: 'requests', more: 1, expected: 'promote', minutes: 1 },
      ],
      etaMinutes: requests,
      expected: 'promote',
    });
  });

  test('about as many as docs/proofs.md says where both fail as in the day before', () => {
    const usual = { failures: { trials: 14_400, hits: 144 }, rejections: { trials: 14_400, hits: 0 } };
    const more = waitIn(canaryOf(10), { candidate: counts(0), live: counts(0), usual })?.needs[0]?.more ?? 0;
    const expected = requestsToPromote(0.01, 0.1, 14_400);
    expect(Math.abs(more - expected)).toBeLessThan(0.03 * expected);
  });

  test('about as many to be rolled back, as soon as its rate shows', () => {
    const whole = requestsToRollBack(0.01, 0.02, 0.1, 0);
    // Two tests share the risk.
    const step = canaryOf(10, { ...ERRORS_ALONE, risk: { rollback: 0.002 } });
    const wait = waitIn(step, { candidate: counts(1300, 39), live: counts(11_700, 117) });
    expect(wait).toMatchObject({ expected: 'roll back' });
    expect(Math.abs(1300 + (wait?.etaMinutes ?? 0) - whole)).toBeLessThan(0.05 * whole);
  });

  test('its minimum of time and of requests', () => {
    const step = stepOf(
      [canary({ percent: 50, duration: '90m', gates: { ...ERRORS_ALONE, minRequests: 700 } })],
      'weight',
    );
    const wait = waitIn(step, { candidate: counts(600), live: counts(600) });
    expect(wait?.needs).toEqual([
      { of: 'least', unit: 'requests', more: 100, expected: 'promote', minutes: 100 },
      { of: 'least', unit: 'minutes', more: 30, expected: 'promote', minutes: 30 },
    ]);
    expect(wait?.etaMinutes).toBe(100);
  });

  test('more requests where it rejects some of them', () => {
    const step = stepOf(
      [canary({ percent: 50, duration: '1s', gates: { latency: false, minRequests: 200 } })],
      'weight',
    );
    const usual = { failures: { trials: 5e5, hits: 0 }, rejections: { trials: 1e6, hits: 5e5 } };
    const wait = waitIn(step, { candidate: rejecting(200, 100), live: rejecting(200, 100), usual });
    expect(wait?.needs.find(({ of }) => of === 'least')).toMatchObject({ more: 200 });
  });
});

describe('where traffic goes on as assumed', () => {
  const gates: TrafficGates = { minRequests: 20 };
  const rate = fc.constantFrom(0, 0.001, 0.01, 0.03, 0.2);
  const situation = fc.record({
    percent: fc.constantFrom(5, 10, 50),
    candidate: fc.nat(400),
    errors: rate,
    worse: rate,
    slow: rate,
    day: fc.constantFrom(0, 1440, 14_400),
    replays: fc.constantFrom(0, 500),
  });

  type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

  /** Whole counts at the rates of a situation. */
  function evidenceOf({ percent, candidate, errors, worse, slow, day, replays }: Situation) {
    const others = Math.round((candidate * (100 - percent)) / percent);
    const made = (requests: number, share: number) =>
      counts(requests, Math.round(requests * share), Math.round(requests * slow));
    const usual = { failures: { trials: day, hits: Math.round(day * errors) }, rejections: { trials: day, hits: 0 } };
    const before = { earlier: [], replays: { trials: replays, hits: 0 } };
    return {
      step: canaryOf(percent, gates),
      evidence: {
        candidate: made(candidate, Math.min(1, errors + worse)),
        live: made(others, errors),
        usual,
        ...(replays > 0 && { carried: { errorRate: before, rejectionRate: before } }),
      },
    };
  }

  /** The counts after more requests of the candidate, by the assumption alone. */
  function later(step: WeightStep, { candidate, live, usual, carried }: Counts, more: number): Counts {
    const others = (more * (100 - step.percent)) / step.percent;
    const tally = (of: VersionCounts, hits: number) => ({ trials: of.requests, hits });
    const [failing, liveFailing] = expectedRates(
      {
        candidate: tally(candidate, candidate.failures),
        live: tally(live, live.failures),
        usual: usual?.failures ?? tally(live, 0),
      },
      0,
    );
    const bySlow = { candidate: tally(candidate, candidate.slow), live: tally(live, live.slow) };
    const usualShare = usualSlow(step);
    const [slow, liveSlow] = expectedRates({ ...bySlow, ...(usualShare && { usual: usualShare }) }, 0.05);
    const grown = (of: VersionCounts, n: number, failures: number, slowOnes: number): VersionCounts => ({
      requests: of.requests + n,
      rejections: 0,
      failures: of.failures + medianHits(n * failures),
      timed: of.timed + n,
      slow: of.slow + medianHits(n * slowOnes),
    });
    return {
      candidate: grown(candidate, more, failing, slow),
      live: grown(live, others, liveFailing, liveSlow),
      ...(usual && { usual }),
      ...(carried && { carried }),
    };
  }

  const outcomeAt = (step: WeightStep, evidence: Counts): Verdict['outcome'] =>
    judgeWeight(step, { ...evidence, elapsedMs: 60 * MINUTE }).outcome;

  test('the verdict comes with the foretold request, and not one before', () => {
    fc.assert(
      fc.property(situation, (made) => {
        const { step, evidence } = evidenceOf(made);
        const wait = waitIn(step, evidence);
        const { etaMinutes: more, expected } = wait ?? {};
        if (more === undefined) return;
        expect(more).toBeGreaterThanOrEqual(1);
        expect(outcomeAt(step, later(step, evidence, more))).toBe(expected);
        expect(outcomeAt(step, later(step, evidence, more - 1))).toBe('hold');
      }),
      { numRuns: 60 },
    );
  });

  test('without failures, each request of the candidate shortens the wait by itself', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(50), (before, more) => {
        const step = canaryOf(10);
        const etaAfter = (requests: number) =>
          waitIn(step, { candidate: counts(requests), live: counts(9 * requests) })?.etaMinutes ?? 0;
        expect(etaAfter(before + more)).toBe(etaAfter(before) - more);
      }),
      { numRuns: 50 },
    );
  });

  test('more traffic is no longer wait', () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: 1, max: 100 }), (made, times) => {
        const { step, evidence } = evidenceOf(made);
        const eta = (requests: number) => waitIn(step, evidence, { requests, lateMinutes: 3 })?.etaMinutes ?? 1e9;
        expect(eta(0.1 * times)).toBeLessThanOrEqual(eta(0.1));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a shadow needs', () => {
  const step = stepOf(DEFAULT_PLAN, 'shadow');

  test('its least pictures, and the wait grows when those that are recorded run out', () => {
    const eta = (rates: Partial<Rates>) =>
      waitOf(step, judgeShadow(step, NO_PICTURES), { pictures: 60, lateMinutes: 0, ...rates }, FREE)?.etaMinutes;
    expect(eta({})).toBe(9);
    expect(eta({ queued: 500, recorded: 1 })).toBe(9);
    expect(eta({ queued: 300, recorded: 1 })).toBe(205);
    expect(eta({ queued: 300 })).toBeUndefined();
  });

  test('counts in pictures what only some pictures show', () => {
    const strict = stepOf(
      [
        shadow({ pictures: 1, maxPictures: 1000, gates: { countError: false, latency: false, errorRate: false } }),
        canary({ percent: 10 }),
      ],
      'shadow',
    );
    const needs = (tally: ShadowTally) =>
      waitOf(strict, judgeShadow(strict, tally), { pictures: 1, lateMinutes: 0 }, FREE)?.needs[0]?.more ?? 0;
    const every = needs(pictures(30));
    expect(every).toBeGreaterThan(10);
    expect(needs({ ...pictures(30), pictures: 60, empty: 30 })).toBeGreaterThanOrEqual(2 * every - 1);
  });
});

test('people: as many more decisions as the sentence of the verdict says', () => {
  const step = stepOf([shadow({ judge: 'people' }), canary({ percent: 10 })], 'shadow');
  const judged = (times: number) => ({
    sample: [
      [0.5, times],
      [0.9, times],
    ] as const,
    errors: { live: 0.5, candidate: 0.3 },
    unclear: 0,
    open: 9,
  });
  const wait = (times: number) =>
    waitOf(step, judgeShadow(step, pictures(200), { truth: judged(times) }), { decisions: 0.5, lateMinutes: 0 }, FREE);
  const need = wait(5)?.needs[0];
  expect(need).toMatchObject({ of: 'people', unit: 'decisions', expected: 'promote', have: 10 });
  expect(need?.minutes).toBe(2 * (need?.more ?? 0));
  expect(wait(2)).toMatchObject({ needs: [{ of: 'people', have: 4 }], obstacle: 'few-decisions' });
});

test('a bake needs the requests that prove its limits', () => {
  const step = stepOf(
    [blueGreen({ bake: '1m', gates: { rejectionRate: false, latency: false, minRequests: 1 } })],
    'bake',
  );
  const verdict = judgeBake(step, { candidate: counts(40), elapsedMs: MINUTE });
  const more = waitOf(step, verdict, ONE, FREE)?.etaMinutes ?? 0;
  expect(judgeBake(step, { candidate: counts(40 + more), elapsedMs: MINUTE }).outcome).toBe('promote');
  expect(judgeBake(step, { candidate: counts(39 + more), elapsedMs: MINUTE }).outcome).toBe('hold');
});

describe('a tick', () => {
  const steps = stepsOfPlan([canary({ percent: 10, duration: '1m', maxHold: '2d', gates: ERRORS_ALONE })]);
  const since = 600 * MINUTE;
  const inCanary: RolloutState = {
    ...startRollout({ live: '1', candidate: '2' }, since),
    step: 1,
    moves: 1,
    usual: { failures: { trials: 14_400, hits: 0 }, rejections: { trials: 14_400, hits: 0 } },
  };
  /** A tick after so many minutes with so many requests in each closed one. */
  const observedAfter = (minutes: number, perMinute: number): Observations => ({
    now: since + minutes * MINUTE,
    traffic: {
      settledBefore: 600 + minutes - 15,
      completeBefore: 600 + minutes - 5,
      closedBefore: 600 + minutes - 2,
      minutes: Array.from({ length: minutes - 2 }, (_, at) => ({
        minute: 600 + at,
        live: counts(0.9 * perMinute),
        candidate: counts(0.1 * perMinute),
      })),
    },
  });
  const waitAfter = (minutes: number, perMinute: number, state = inCanary) => {
    const observed = observedAfter(minutes, perMinute);
    const { traffic, ...rest } = observed;
    const seen = { ...rest, ...(minutes > 2 && traffic && { traffic }) } as Observations;
    const decision = decide(steps, state, seen);
    return waitOfTick(steps, 1, decision, seen);
  };

  test('a young step goes by the traffic of the day before, an old one by its own', () => {
    const proven = requestsToPromote(0, 0.1, 14_400);
    const eta = (minutes: number, perMinute: number) => waitAfter(minutes, perMinute)?.etaMinutes ?? 0;
    // Ten a minute, of which the candidate gets one: all but that of the first minute, complete three minutes later.
    expect(eta(3, 10)).toBe(proven - 1 + 3);
    // In the step, none come.
    expect(eta(3, 0)).toBeLessThan(1.1 * proven);
    expect(eta(303, 0)).toBeGreaterThan(10 * proven);
  });

  test('that an operator holds says so, with what the gates need', () => {
    const wait = waitAfter(12, 10, { ...inCanary, status: 'held', heldBy: 'ann' });
    expect(wait?.obstacle).toBe('held');
    expect(wait && explainWait(wait)).toMatch(
      /^Held: goes on after resume; the gates need about 490 more requests of the candidate for errors$/,
    );
  });

  test('after the alarm, the gates still promote: the time is foretold, without another alarm', () => {
    const wait = waitAfter(12, 10, { ...inCanary, status: 'alarmed', waitingSince: 0 });
    expect(wait).toMatchObject({ expected: 'promote' });
    expect(wait).not.toHaveProperty('obstacle');
  });

  test('that ends the step, the rollout, or judges no numbers waits for nothing', () => {
    const observed = observedAfter(12, 10);
    const decision = decide(steps, inCanary, observed);
    expect(waitOfTick(steps, 0, decision, observed)).toBeUndefined();
    expect(waitOfTick(steps, 1, { ...decision, verdict: verdictOf([]) }, observed)).toBeUndefined();
    expect(
      waitOfTick(steps, 1, { ...decision, state: { ...inCanary, status: 'rolled back' } }, observed),
    ).toBeUndefined();
    expect(
      waitOfTick(steps, 1, decide(steps, inCanary, { ...observed, traffic: 'incomplete' }), {
        ...observed,
        traffic: 'incomplete',
      }),
    ).toBeUndefined();
  });
});
