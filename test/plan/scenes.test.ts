import { checkPlan } from '../../functions/plan/check-plan.ts';
import { letPeopleJudge } from '../../functions/plan/let-people-judge.ts';
import { canary, type Plan, type ShadowOptions, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';

const wide = { tolerance: 0.4, margin: 0.6 };
const gates = { agreement: wide, countError: wide, errorRate: wide, latency: false } as const;
const check = (options: ShadowOptions) =>
  checkPlan([shadow({ gates, ...options }), canary({ percent: 10 })] as Plan, { kind: 'count', capture: 1 });
const scenesIn = (options: ShadowOptions) => stepsOf(check(options).plan ?? [])[1];
const faults = (options: object) =>
  check(options as ShadowOptions).faults.map(({ path, expected, value }) => `${path}: ${expected}, received ${value}`);

test('a shadow needs 100 scenes, or as many as it needs pictures, or as it may have at most', () => {
  expect(scenesIn({})).toMatchObject({ pictures: 200, scenes: 100 });
  expect(scenesIn({ pictures: 101 })).toMatchObject({ scenes: 100 });
  expect(scenesIn({ pictures: 12 })).toMatchObject({ scenes: 12 });
  expect(scenesIn({ pictures: 30, maxPictures: 30, scenes: 30 })).toMatchObject({ scenes: 30 });
  expect(scenesIn({ scenes: 150 })).toMatchObject({ pictures: 200, scenes: 150 });
});

test('where repeats count, no scenes are needed', () => {
  expect(scenesIn({ repeats: 'count' })).not.toHaveProperty('scenes');
  expect(scenesIn({ repeats: 'ignore' })).toMatchObject({ scenes: 100 });
  expect(scenesIn({ baseline: 'human', gates: {}, repeats: 'count' })).not.toHaveProperty('scenes');
});

test('options without effect are refused', () => {
  expect(faults({ repeats: 'count', scenes: 10 })).toEqual([
    'rollout[0].scenes: Expected no scenes beside repeats "count", where they would have no effect, received 10',
  ]);
  expect(faults({ scenes: 2001 })).toEqual([
    'rollout[0].scenes: Expected at most 2000, the value of maxPictures, received 2001',
  ]);
  expect(faults({ scenes: 2000 })).toEqual([]);
  expect(faults({ judge: 'people', gates: {}, repeats: 'count' })).toEqual([
    'rollout[0].repeats: Expected "ignore" or no value: people judge each scene once, received count',
  ]);
  expect(faults({ judge: 'people', gates: {}, repeats: 'ignore' })).toEqual([]);
});

test.each([
  [{ scenes: 0 }, 'rollout[0].scenes: Expected a whole number of scenes, 1–100000, received 0'],
  [{ scenes: 'all' }, 'rollout[0].scenes: Expected a whole number of scenes, 1–100000, received all'],
  [{ repeats: 'once' }, 'rollout[0].repeats: Expected "ignore" or "count", received once'],
])('values of a wrong type or range: %j', (options, fault) => {
  expect(faults(options)).toEqual([fault]);
});

test('people who judge in place of agreement judge as many scenes', () => {
  const judgedOf = (options: ShadowOptions) => letPeopleJudge(check(options).plan ?? [])?.[0];
  expect(judgedOf({ scenes: 50 })).toMatchObject({ judge: 'people', scenes: 50 });
  expect(judgedOf({ repeats: 'count' })).toMatchObject({ judge: 'people', scenes: 100 });
  expect(judgedOf({ repeats: 'count' })).not.toHaveProperty('repeats');
});
