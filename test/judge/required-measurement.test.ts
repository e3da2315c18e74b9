import { type RolloutState, requiredMeasurement, startRollout } from '../../functions/judge/state.ts';
import { blueGreen, canary, type Plan, shadow } from '../../functions/plan/plan.ts';
import { stepsOfPlan } from '../rollout/fixtures/steps.ts';

/** Whether the live version's usual times are needed in a step of a plan. */
function needsUsualTimes(plan: Plan, step: number, changes: Partial<RolloutState> = {}): boolean | undefined {
  const state = { ...startRollout({ live: '1', candidate: '2' }, 0), step, ...changes };
  const required = requiredMeasurement(stepsOfPlan(plan), state);
  return 'usualTimes' in required ? required.usualTimes : undefined;
}

const without = { latency: false, coldStart: false } as const;
const limit = { latency: { limitMs: 300 }, coldStart: false } as const;
const onlyStarts = { latency: false } as const;

test.each<[string, Plan, number, boolean | undefined]>([
  ['a canary', [canary({ percent: 10 })], 1, true],
  ['a canary without a latency gate', [canary({ percent: 10, gates: without })], 1, false],
  ['a canary that judges cold starts', [canary({ percent: 10, gates: onlyStarts })], 1, true],
  ['a canary with a limit in milliseconds', [canary({ percent: 10, gates: limit })], 1, false],
  ['a bake', [blueGreen({ bake: '1h' })], 2, true],
  ['a bake without a latency gate', [blueGreen({ bake: '1h', gates: without })], 2, false],
  ['a shadow before a canary', [shadow(), canary({ percent: 10 })], 1, true],
  ['a shadow before a bake', [shadow(), blueGreen({ bake: '1h' })], 1, true],
  ['a shadow before a canary without a latency gate', [shadow(), canary({ percent: 10, gates: without })], 1, false],
  [
    'a canary before one with a latency gate',
    [canary({ percent: 10, gates: without }), canary({ percent: 50 })],
    1,
    true,
  ],
  [
    'a canary after one with a latency gate',
    [canary({ percent: 10 }), canary({ percent: 50, gates: without })],
    2,
    false,
  ],
  ['the golden gate', [canary({ percent: 10 })], 0, undefined],
])('the usual times are needed in %s: %#', (_, plan, step, needed) => {
  expect(needsUsualTimes(plan, step)).toBe(needed);
});

test('the usual times are not needed once the bound of slow requests and the cold starts are fixed', () => {
  const coldStarts = { starts: 9, medianMs: 800 };
  expect(needsUsualTimes([canary({ percent: 10 })], 1, { slowerThanMs: 200, coldStarts })).toBe(false);
  expect(needsUsualTimes([canary({ percent: 10 })], 1, { slowerThanMs: 200 })).toBe(true);
  expect(needsUsualTimes([canary({ percent: 10 })], 1, { coldStarts })).toBe(true);
});

test.each(['done', 'rolled back', 'superseded', 'stopped'] as const)(
  'nothing is measured after the end: %s',
  (status) => {
    const state = { ...startRollout({ live: '1', candidate: '2' }, 0), step: 1, status };
    expect(requiredMeasurement(stepsOfPlan([canary({ percent: 10 })]), state)).toEqual({ kind: 'nothing' });
  },
);
