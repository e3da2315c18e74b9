import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, type Phase, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';

const check = (phase: Phase, kind: 'count' | 'predict' = 'count') =>
  checkPlan([phase, canary({ percent: 10 })], { kind, capture: 1 });
const faultsOf = (phase: Phase, kind?: 'count' | 'predict') =>
  check(phase, kind).faults.map(({ path, expected }) => `${path}: ${expected}`);

function shadowStepOf(phase: Phase) {
  const { plan = [] } = check(phase);
  const step = stepsOf(plan).find(({ kind }) => kind === 'shadow');
  return step?.kind === 'shadow' ? step : undefined;
}

test('people judge instead of agreement; failures and latency are judged as ever', () => {
  const step = shadowStepOf(shadow({ judge: 'people' }));
  expect(step).toMatchObject({ baseline: 'live', truth: { goal: 'better' } });
  expect(Object.keys(step?.tests ?? {})).toEqual(['errorRate', 'latency']);
});

test('notWorse has a margin, by default 0.1', () => {
  expect(shadowStepOf(shadow({ judge: 'people', goal: 'notWorse' }))?.truth).toEqual({ goal: 'notWorse', margin: 0.1 });
  const wider = shadow({ judge: 'people', goal: 'notWorse', margin: 0.2 });
  expect(shadowStepOf(wider)?.truth).toEqual({ goal: 'notWorse', margin: 0.2 });
});

test('agreement is the default, and may be said', () => {
  expect(shadowStepOf(shadow({ judge: 'agreement' }))).toEqual(shadowStepOf(shadow()));
  expect(shadowStepOf(shadow())?.truth).toBeUndefined();
});

test('the risk of a wrong rollback is divided among one test more', () => {
  const tests = (phase: Phase) => 0.01 / (shadowStepOf(phase)?.alpha.rollback ?? 0);
  const byPeople = { agreement: false, countError: false } as const;
  expect(tests(shadow({ judge: 'people' }))).toBeCloseTo(tests(shadow({ gates: byPeople })) + 1, 6);
});

test('settings with no effect are refused, with the reason', () => {
  expect(faultsOf(shadow({ judge: 'people', margin: 0.1 }))).toEqual([
    'rollout[0].margin: Expected no margin with goal "better", where it would have no effect',
  ]);
  expect(faultsOf(shadow({ judge: 'people', gates: { agreement: { tolerance: 0.1 } } }))).toEqual([
    'rollout[0].gates.agreement: Expected false or no value: people judge where the versions differ',
  ]);
  expect(faultsOf(shadow({ judge: 'people', baseline: 'human' }))).toEqual([
    'rollout[0].baseline: Expected "live" or no value: people judge the candidate and the live version',
  ]);
  expect(faultsOf(shadow({ goal: 'better' }))).toEqual(['rollout[0].goal: Expected no value: the key is unknown']);
  expect(faultsOf({ kind: 'shadow', judge: 'dice' } as unknown as Phase)).toEqual([
    'rollout[0].judge: Expected "agreement", "people" or "labels"',
  ]);
});

test('people say which answer is more right, so an endpoint that does not count can have them', () => {
  expect(faultsOf(shadow({ judge: 'people' }), 'predict')).toEqual([]);
});
