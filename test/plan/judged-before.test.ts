import { checkPlan } from '../../functions/plan/check-plan.ts';
import { judgedBefore } from '../../functions/plan/judged-before.ts';
import { canary, DEFAULT_PLAN, type Plan, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';

const planOf = (declared: Plan) => checkPlan(declared, { kind: 'count', capture: 1 }).plan ?? [];
const half = canary({ percent: 50 });
const shadowTests = (declared: Plan) =>
  stepsOf(judgedBefore(planOf(declared))).flatMap((step) => (step.kind === 'shadow' ? [Object.keys(step.tests)] : []));

test('shadows judge failures and latency, not agreement with live', () => {
  expect(shadowTests(DEFAULT_PLAN)).toEqual([['errorRate', 'latency']]);
});

test('everything else stays', () => {
  const [before, ...others] = planOf(DEFAULT_PLAN);
  const [after, ...same] = judgedBefore(planOf(DEFAULT_PLAN));
  expect(same).toEqual(others);
  expect(after).toEqual({ ...before, gates: { ...before?.gates, agreement: false, countError: false } });
});

test('a shadow that judged nothing else judges failures', () => {
  expect(shadowTests([shadow({ gates: { errorRate: false, latency: false } }), half])).toEqual([['errorRate']]);
});

test.each([
  ['people', shadow({ judge: 'people' })],
  ['a human baseline', shadow({ baseline: 'human' })],
])('a shadow with %s stays', (_, phase) => {
  const plan = planOf([phase, half]);
  expect(plan).toHaveLength(2);
  expect(judgedBefore(plan)).toEqual(plan);
});
