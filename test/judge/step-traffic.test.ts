import fc from 'fast-check';
import { decide } from '../../functions/judge/decide.ts';
import { ObservationError, type TrafficMinute } from '../../functions/judge/observations.ts';
import { type RolloutState, requiredMeasurement, startRollout } from '../../functions/judge/state.ts';
import { type BothCounts, stepTraffic } from '../../functions/judge/step-traffic.ts';
import { addCounts, NO_REQUESTS } from '../../functions/judge/version-counts.ts';
import { blueGreen, canary } from '../../functions/plan/plan.ts';
import { versionCounts } from '../rollout/fixtures/arbitraries.ts';
import { counts, settled, stepsOfPlan } from '../rollout/fixtures/steps.ts';

/** The step begins in minute 100. */
const STATE: RolloutState = { ...startRollout({ live: '1', candidate: '2' }, 100 * 60_000), slowerThanMs: 200 };

/** Up to 30 minutes from minute 90 on, in any order. */
const minutes: fc.Arbitrary<TrafficMinute[]> = fc.uniqueArray(
  fc.record({ minute: fc.integer({ min: 90, max: 119 }), live: versionCounts, candidate: versionCounts }),
  { maxLength: 30, selector: ({ minute }) => minute },
);

const sumOf = (all: readonly TrafficMinute[]): BothCounts => ({
  live: all.map(({ live }) => live).reduce(addCounts, NO_REQUESTS),
  candidate: all.map(({ candidate }) => candidate).reduce(addCounts, NO_REQUESTS),
});

test('each sum has exactly the minutes of the step before its limit', () => {
  const limits = fc.tuple(fc.nat(119), fc.nat(119), fc.nat(119)).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(minutes, limits, (all, [settledBefore = 0, completeBefore = 0, closedBefore = 0]) => {
      const observed = { settledBefore, completeBefore, closedBefore, minutes: all, slowerThanMs: 200 };
      const before = (limit: number) => sumOf(all.filter(({ minute }) => minute >= 100 && minute < limit));
      expect(stepTraffic(STATE, observed)).toEqual({
        settled: before(settledBefore),
        complete: before(completeBefore),
        closed: before(closedBefore),
      });
    }),
  );
});

test('minutes that are read again and again count once, with their last counts', () => {
  const steps = stepsOfPlan([canary({ percent: 10 })]);
  const [first, last] = [fc.array(versionCounts, { minLength: 40, maxLength: 40 }), fc.nat(9)];
  fc.assert(
    fc.property(first, last, (all, late) => {
      let state: RolloutState = { ...STATE, step: 1, status: 'held', heldBy: 'Ada' };
      for (let now = 100; now < 140; now++) {
        // Until a minute is `late` minutes old, CloudWatch has none of its requests.
        const read = all.slice(0, now - 100).map((candidate, at) => ({ minute: 100 + at, candidate, live: candidate }));
        const known = read.filter(({ minute }) => minute < now - late);
        const limits = { settledBefore: now - 10, completeBefore: now - 3, closedBefore: now - 1 };
        const decision = decide(steps, state, {
          now: now * 60_000,
          traffic: { ...limits, minutes: known, slowerThanMs: 200 },
        });
        // A fault may be proven in random counts; the sums are looked at all the same.
        state = { ...decision.state, status: 'held' };
      }
      const expected = all.slice(0, 29).reduce(addCounts, NO_REQUESTS);
      expect(state).toMatchObject({ settledBefore: 129, traffic: { candidate: expected, live: expected } });
    }),
    { numRuns: 30 },
  );
});

test('requests counted with another bound, or before the bound is known, are not timed', () => {
  const minute = { minute: 100, live: counts(9, 0, 2), candidate: counts(7, 1, 3) };
  const untimed = { live: { ...counts(9), timed: 0 }, candidate: { ...counts(7, 1), timed: 0 } };
  const { slowerThanMs: _, ...unknown } = STATE;
  for (const [state, observed] of [
    [STATE, { ...settled(101, [minute]), slowerThanMs: 201 }],
    [STATE, settled(101, [minute])],
    [unknown, settled(101, [minute])],
    [unknown, { ...settled(101, [minute]), slowerThanMs: 200 }],
  ] as const) {
    expect(stepTraffic(state, observed)).toEqual({ settled: untimed, complete: untimed, closed: untimed });
  }
});

test('without an observation, the counts are those of the state', () => {
  const traffic = { live: counts(9), candidate: counts(1) };
  expect(stepTraffic({ ...STATE, traffic }, undefined)).toEqual({
    settled: traffic,
    complete: traffic,
    closed: traffic,
  });
});

test('contradictory counts are refused', () => {
  const minute = { minute: 100, live: counts(1, 2), candidate: counts(0) };
  expect(() => stepTraffic(STATE, settled(101, [minute]))).toThrow(ObservationError);
});

describe('the requests of the day before', () => {
  const usual = { failures: { trials: 81, hits: 1 }, rejections: { trials: 90, hits: 9 } };
  const inStep = (steps: ReturnType<typeof stepsOfPlan>, step: number) => {
    const state: RolloutState = { ...STATE, step };
    return { state, after: decide(steps, state, { now: state.since, usual }).state };
  };

  test('are needed in a bake that compares them, until they are known', () => {
    const steps = stepsOfPlan([blueGreen({ bake: '1h' })]);
    const { state, after } = inStep(steps, 2);
    expect(requiredMeasurement(steps, state)).toMatchObject({ usual: true });
    expect(after).toMatchObject({ usual });
    expect(requiredMeasurement(steps, after)).toMatchObject({ usual: false });
  });

  test('are not needed in a bake without that gate', () => {
    const steps = stepsOfPlan([blueGreen({ bake: '1h', gates: { rejectionRate: false } })]);
    expect(requiredMeasurement(steps, inStep(steps, 2).state)).toMatchObject({ usual: false });
  });

  test('are needed at the first tick of a canary, and fixed then', () => {
    const steps = stepsOfPlan([canary({ percent: 10 })]);
    const { state, after } = inStep(steps, 1);
    expect(requiredMeasurement(steps, state)).toMatchObject({ usual: true, since: state.since });
    expect(after).toMatchObject({ usual });
    expect(requiredMeasurement(steps, after)).toMatchObject({ usual: false });
    const later = decide(steps, after, { now: state.since, usual: { ...usual, failures: { trials: 9, hits: 9 } } });
    expect(later.state).toMatchObject({ usual });
  });

  test('do not shape the alternatives of a canary whose first tick does not know them', () => {
    const steps = stepsOfPlan([canary({ percent: 10 })]);
    const state: RolloutState = { ...STATE, step: 1 };
    const first = decide(steps, state, { now: state.since }).state;
    const none = { trials: 0, hits: 0 };
    expect(first.usual).toEqual({ failures: none, rejections: none });
    expect(decide(steps, first, { now: state.since, usual }).state.usual).toEqual(first.usual);
  });

  test('are those of another step after a promotion', () => {
    const steps = stepsOfPlan([canary({ percent: 10 }), canary({ percent: 50 })]);
    const { after } = inStep(steps, 1);
    const control = { id: 'a', kind: 'promote', by: 'ann' } as const;
    expect(decide(steps, after, { now: after.since, control }).state).not.toHaveProperty('usual');
  });
});
