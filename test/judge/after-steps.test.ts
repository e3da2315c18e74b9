/** A tick's obstacles by the limits of its step, and the time that the steps after it take. */

import { decide } from '../../functions/judge/decide.ts';
import { NO_LABELS } from '../../functions/judge/labels.ts';
import type { Observations, TrafficObservation } from '../../functions/judge/observations.ts';
import { stagesOf } from '../../functions/judge/stages.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import type { VersionCounts } from '../../functions/judge/version-counts.ts';
import { waitOfTick } from '../../functions/judge/wait-of-tick.ts';
import { canary, type Plan, shadow, type TrafficGates } from '../../functions/plan/plan.ts';
import { counts, pictures, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;
const SINCE = 600 * MINUTE;

interface Situation {
  readonly state?: Partial<RolloutState>;
  /** What is measured, where it is not what the step was judged by. */
  readonly seen?: Observations;
}

/** In the first step of a plan, minutes after it began. */
function waitAfter(plan: Plan, minutes: number, observed: Omit<Observations, 'now'>, { state, seen }: Situation = {}) {
  const steps = stepsOfPlan(plan);
  const moves = steps[1]?.kind === 'weight' ? 1 : 0;
  const before = { ...startRollout({ live: '1', candidate: '2' }, SINCE), step: 1, moves, ...state };
  const measured: Observations = { now: SINCE + minutes * MINUTE, ...observed };
  return waitOfTick(steps, 1, decide(steps, before, measured), seen ?? measured);
}

/** Settled minutes with these counts in each. */
function traffic(minutes: number, live: VersionCounts, candidate: VersionCounts): { traffic: TrafficObservation } {
  const before = 600 + minutes;
  const each = Array.from({ length: minutes }, (_, at) => ({ minute: 600 + at, live, candidate }));
  return { traffic: { settledBefore: before, completeBefore: before, closedBefore: before, minutes: each } };
}

const usualOf = (perMinute: number, errors = 0, rejections = 0) => {
  const trials = 1440 * perMinute;
  const accepted = trials * (1 - rejections);
  return {
    failures: { trials: accepted, hits: accepted * errors },
    rejections: { trials, hits: trials * rejections },
  };
};

const ERRORS: TrafficGates = { rejectionRate: false, latency: false };
const ten = canary({ percent: 10, duration: '1m', maxHold: '2h', gates: ERRORS });
const half = canary({ percent: 50, duration: '1m', gates: ERRORS });
const replays = shadow({ pictures: 500, gates: { latency: false } });

describe('a canary whose proof comes after its alarm', () => {
  // Of ten requests a minute, the candidate gets one: the proof takes hours.
  const slow = traffic(30, counts(9), counts(1));

  test('says so until the alarm is raised, and shows neither traffic nor the steps after it', () => {
    const wait = waitAfter([ten, half], 30, slow);
    expect(wait).toMatchObject({ expected: 'promote', obstacle: 'max-hold' });
    expect(Object.keys(wait ?? {}).toSorted()).toEqual(['etaMinutes', 'expected', 'needs', 'obstacle']);
    const alarmed = waitAfter([ten, half], 30, slow, { state: { status: 'alarmed', waitingSince: 0 } });
    expect(alarmed).toMatchObject({ expected: 'promote', after: { steps: 1 } });
    expect(alarmed).not.toHaveProperty('obstacle');
  });

  test('has maxHold again after a resume', () => {
    const { etaMinutes = 0 } = waitAfter([ten, half], 30, slow) ?? {};
    const obstacle = (minutes: number) =>
      waitAfter([ten, half], 30, slow, { state: { waitingSince: SINCE + (30 - 120 + minutes) * MINUTE } })?.obstacle;
    expect(obstacle(Math.ceil(etaMinutes))).toBeUndefined();
    expect(obstacle(Math.floor(etaMinutes) - 1)).toBe('max-hold');
  });
});

test('a shadow whose proof needs more pictures than it may still replay says so', () => {
  const doubtful = { ...pictures(400), disagreements: { '0.0000': 362, '0.9000': 38 } };
  const plan = (maxPictures: number) => [shadow({ pictures: 200, maxPictures }), canary({ percent: 10 })];
  const needed = waitAfter(plan(50_000), 10, { shadow: doubtful })?.needs[0]?.more ?? 0;
  expect(needed).toBeGreaterThan(10);
  expect(waitAfter(plan(400 + needed), 10, { shadow: doubtful })).not.toHaveProperty('obstacle');
  expect(waitAfter(plan(399 + needed), 10, { shadow: doubtful })?.obstacle).toBe('max-pictures');
});

describe('without traffic', () => {
  const none = { shadow: { ...pictures(40), repeats: 20 }, supply: { queued: 0, recordedPerMinute: 0 } };
  const cameIn = (first: Plan[number], minutes = 10) => waitAfter([first, ten], minutes, none)?.came;

  test('what came is every picture, also a repeated one', () => {
    expect(cameIn(replays)).toEqual({ count: 60, minutes: 10 });
    expect(cameIn(shadow({ pictures: 500, repeats: 'count', gates: { latency: false } }))).toEqual({
      count: 40,
      minutes: 10,
    });
  });

  test('nothing is said of the first minute, nor where the metrics are incomplete', () => {
    expect(cameIn(replays, 0.5)).toBeUndefined();
    const quiet = traffic(30, counts(0), counts(0));
    const now = SINCE + 30 * MINUTE;
    expect(waitAfter([ten], 30, quiet)).toMatchObject({ obstacle: 'no-traffic', came: { count: 0, minutes: 30 } });
    for (const seen of [{ now }, { now, traffic: 'incomplete' }] as const) {
      const wait = waitAfter([ten], 30, quiet, { seen });
      expect(wait).toMatchObject({ obstacle: 'no-traffic' });
      expect(wait).not.toHaveProperty('came');
    }
  });
});

describe('the steps after this one', () => {
  const patient = canary({ percent: 10, duration: '1m', maxHold: '2d', gates: ERRORS });
  const rest = (wait: ReturnType<typeof waitAfter>) => (wait?.after?.minutes ?? Number.NaN) - (wait?.etaMinutes ?? 0);
  const hundred = traffic(30, counts(90), counts(10));

  test('go on at the traffic of this one', () => {
    const wait = waitAfter([patient, half], 30, hundred);
    expect(wait).toMatchObject({ expected: 'promote', after: { steps: 1 } });
    const conditions = { errors: 0, rejections: 0, replaysPerMinute: 60, recorded: 0, recordedPerMinute: 0 };
    const stages = stagesOf(stepsOfPlan([patient, half]), { ...conditions, requestsPerMinute: 100 });
    expect(rest(wait)).toBeCloseTo(stages[1]?.wait.etaMinutes ?? 0);
  });

  test('and at that of the day before, where this one is a shadow', () => {
    const observed = { shadow: pictures(100), supply: { queued: 5000, recordedPerMinute: 10 } };
    const restAt = (perMinute: number) =>
      rest(waitAfter([replays, patient], 2, observed, { state: { usual: usualOf(perMinute) } }));
    expect(restAt(1)).toBeGreaterThan(100);
    expect(restAt(100)).toBeLessThan(restAt(1) / 10);
    expect(restAt(0.01)).toBeNaN();
  });

  test('with the errors and rejections of both versions, from the step itself or from the day before', () => {
    const bad = (requests: number): VersionCounts => ({
      requests,
      rejections: requests / 5,
      failures: requests / 50,
      timed: (4 * requests) / 5,
      slow: 0,
    });
    const failing = traffic(4, bad(450), bad(50));
    const own = rest(waitAfter([patient, half], 4, failing));
    const others = { replaysPerMinute: 60, recorded: 0, recordedPerMinute: 0 };
    const conditions = { requestsPerMinute: 500, errors: 0.025, rejections: 0.2, ...others };
    expect(own).toBeCloseTo(stagesOf(stepsOfPlan([patient, half]), conditions)[1]?.wait.etaMinutes ?? 0);
    const without = { ...conditions, errors: 0, rejections: 0 };
    expect(own).not.toBeCloseTo(stagesOf(stepsOfPlan([patient, half]), without)[1]?.wait.etaMinutes ?? 0);
    const usual = usualOf(500, 0.025, 0.2);
    expect(rest(waitAfter([patient, half], 4, failing, { state: { usual } }))).toBeCloseTo(own);
  });

  test('without errors where nothing is settled yet', () => {
    const { traffic: all } = hundred;
    const young = { traffic: { ...all, settledBefore: 600 } };
    expect(rest(waitAfter([patient, half], 30, young))).toBeGreaterThan(0);
  });

  test('have no time where one of them raises its alarm, or where this one has none', () => {
    const state = { usual: usualOf(100) };
    const labels = { ...NO_LABELS, photos: 40 };
    const labelled = shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } });
    expect(waitAfter([labelled, patient], 0, { labels }, { state })?.after).toEqual({ steps: 1 });
    const supply = { queued: 5000, recordedPerMinute: 10 };
    const seldom = { state: { usual: usualOf(0.05) } };
    expect(waitAfter([replays, patient], 2, { shadow: pictures(100), supply }, seldom)?.after).toEqual({ steps: 1 });
  });

  test('replay as fast as this one, and only what is recorded', () => {
    const state = { usual: usualOf(1000) };
    const second = shadow({ pictures: 500, gates: { latency: false } });
    const restOf = (done: number, supply: Observations['supply']) =>
      rest(waitAfter([replays, second, patient], 2, { shadow: pictures(done), ...(supply && { supply }) }, { state }));
    const plenty = { queued: 5000, recordedPerMinute: 10 };
    expect(restOf(20, plenty) - restOf(40, plenty)).toBeCloseTo(25, 0);
    expect(restOf(40, undefined)).toBeCloseTo(restOf(40, plenty));
    // Enough for this step, and recorded slowly from then on.
    expect(restOf(40, { queued: 470, recordedPerMinute: 1 })).toBeGreaterThan(restOf(40, plenty) + 20);
    expect(restOf(40, { queued: 470, recordedPerMinute: 0 })).toBeNaN();
  });

  test('are not shown where a rollback is in sight', () => {
    const wait = waitAfter([patient, half], 3, traffic(3, counts(90), counts(10, 1)));
    expect(wait).toMatchObject({ expected: 'roll back' });
    expect(wait).not.toHaveProperty('after');
  });
});
