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

describe('a shadow', () => {
  const required = (options: Parameters<typeof shadow>[0], changes: Partial<RolloutState> = {}) => {
    const plan = [shadow(options), canary({ percent: 10 })];
    return requiredMeasurement(stepsOfPlan(plan), {
      ...startRollout({ live: '1', candidate: '2' }, 7000),
      step: 1,
      ...changes,
    });
  };
  const usual = { failures: { trials: 9, hits: 1 }, rejections: { trials: 9, hits: 0 } };

  test('counts repeated pictures where the plan says so, and people where they judge', () => {
    expect(required({})).toMatchObject({ kind: 'shadow', baseline: 'live', usual: true, since: 7000 });
    expect(required({})).not.toHaveProperty('countsRepeats');
    expect(required({})).not.toHaveProperty('people');
    expect(required({ repeats: 'count' })).toMatchObject({ countsRepeats: true });
    const people = required({ judge: 'people' });
    const [, step] = stepsOfPlan([shadow({ judge: 'people' }), canary({ percent: 10 })]);
    if (step?.kind !== 'shadow') throw new Error('Expected a shadow');
    expect(step.truth).toBeDefined();
    expect(people).toMatchObject({ people: { test: step.truth, alpha: step.alpha } });
  });

  test('needs the day before until it is known, and only where errors are judged', () => {
    expect(required({}, { usual })).toMatchObject({ usual: false });
    expect(required({ gates: { errorRate: false } })).toMatchObject({ usual: false });
  });

  test('of a labelled set counts no repeats and needs no day before', () => {
    const labelled = required({ judge: 'labels', labels: { prefix: 'labels/count-cars/set/' } });
    expect(labelled).toMatchObject({ kind: 'shadow', usual: false, labels: expect.anything() });
    expect(labelled).not.toHaveProperty('countsRepeats');
  });
});

test('traffic needs the day before for rejections, and in a canary for errors', () => {
  const usualOf = (plan: Plan, changes: Partial<RolloutState> = {}) => {
    const index = stepsOfPlan(plan).findIndex(({ kind }) => kind === 'weight' || kind === 'bake');
    const state = { ...startRollout({ live: '1', candidate: '2' }, 0), step: index, ...changes };
    const needed = requiredMeasurement(stepsOfPlan(plan), state);
    return needed.kind === 'traffic' ? needed.usual : undefined;
  };
  const errors = { rejectionRate: false } as const;
  const usual = { failures: { trials: 9, hits: 1 }, rejections: { trials: 9, hits: 0 } };
  expect(usualOf([canary({ percent: 10, gates: errors })])).toBe(true);
  expect(usualOf([canary({ percent: 10, gates: errors })], { usual })).toBe(false);
  expect(usualOf([canary({ percent: 10, gates: { errorRate: false, rejectionRate: false } })])).toBe(false);
  expect(usualOf([blueGreen({ bake: '1h', gates: errors })])).toBe(false);
  expect(usualOf([blueGreen({ bake: '1h' })])).toBe(true);
});
