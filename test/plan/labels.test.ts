import { checkPlan } from '../../functions/plan/check-plan.ts';
import type { ShadowOptions } from '../../functions/plan/plan.ts';
import { canary, type Phase, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';

const PREFIX = { prefix: 'labels/cars/mine/' };
const labelled = (options: ShadowOptions = {}) => shadow({ judge: 'labels', labels: PREFIX, ...options });
const check = (phase: Phase, context: object = {}) =>
  checkPlan([phase, canary({ percent: 10 })], { kind: 'count', capture: 1, ...context });
const faultsOf = (phase: Phase, context?: object) =>
  check(phase, context).faults.map(({ path, expected }) => `${path}: ${expected}`);

function shadowStepOf(phase: Phase, context?: object) {
  const step = stepsOf(check(phase, context).plan ?? []).find(({ kind }) => kind === 'shadow');
  return step?.kind === 'shadow' ? step : undefined;
}

test('labels judge instead of agreement; failures and latency are judged, too', () => {
  const step = shadowStepOf(labelled());
  expect(step).toMatchObject({
    baseline: 'live',
    labels: { set: { prefix: 'labels/cars/mine/', truth: 'truth.json', names: [] }, test: { goal: 'better' } },
  });
  expect(step?.truth).toBeUndefined();
  expect(step?.tests.errorRate).toEqual({ tolerance: 0.05, margin: 0.2 });
  expect(Object.keys(step?.tests ?? {})).toEqual(['errorRate', 'latency']);
});

test('notWorse has a margin, by default 0.05', () => {
  const testOf = (options: ShadowOptions) => shadowStepOf(labelled(options))?.labels?.test;
  expect(testOf({ goal: 'notWorse' })).toEqual({ goal: 'notWorse', margin: 0.05 });
  expect(testOf({ goal: 'notWorse', margin: 0.2 })).toEqual({ goal: 'notWorse', margin: 0.2 });
});

test('labels need no traffic: no capture, no requests, and every kind of endpoint', () => {
  expect(faultsOf(labelled(), { capture: 0 })).toEqual([]);
  expect(faultsOf(labelled(), { kind: 'predict' })).toEqual([]);
  expect(faultsOf(labelled(), { answeredBy: 'human' })).toEqual([
    'rollout[0]: Expected no shadow: where a human answers, callers get no answer of a model to judge',
  ]);
});

test('labelled photos are no evidence about live traffic, so a canary after them has no smaller proof', () => {
  const canaryOf = (phase: Phase) => stepsOf(check(phase).plan ?? []).find(({ kind }) => kind === 'weight');
  const hasLiveMargin = (phase: Phase) => JSON.stringify(canaryOf(phase)).includes('liveMargin');
  expect([hasLiveMargin(shadow()), hasLiveMargin(labelled())]).toEqual([true, false]);
});

test('labelled photos prove nothing for a canary that gets too few requests', () => {
  const slow = canary({ percent: 10, gates: { latency: false, minRequests: 20 } });
  for (const [requestsPerMinute, least] of [
    [0.3, 0.058],
    [1.2, 0.015],
    [1.5, 0.012],
    [1.7, 0.011],
  ] as const) {
    const faults = (plan: Phase[]) =>
      checkPlan(plan, { kind: 'count', capture: 1, requestsPerMinute }).faults.map(
        ({ path, expected }) => `${path.replace(/^rollout.\d+../, '')}: ${expected.slice(0, 23)}`,
      );
    const expected = ['errorRate', 'rejectionRate'].map((gate) => `gates.${gate}.margin: Expected at least ${least}`);
    expect(faults([slow])).toEqual(expected);
    expect(faults([labelled(), slow])).toEqual(expected);
    expect(faults([labelled(), shadow(), labelled(), slow])).toEqual(faults([shadow(), slow]));
  }
});

test('a set can have 5,000 photos, whatever the default of replayed pictures is', () => {
  const gates = (margin: number) => ({ errorRate: { tolerance: 0.0001, margin } });
  expect(faultsOf(labelled({ gates: gates(0.002) }))).toEqual([]);
  expect(faultsOf(labelled({ gates: gates(0.001) }))).toEqual([
    'rollout[0].gates.errorRate.margin: Expected at least 0.002: a smaller value cannot be proven with the 5000 ' +
      'photos that a set can have, even by a perfect candidate',
  ]);
});

test('all faults of the phase are reported at once, with path and reason', () => {
  const wrong = {
    kind: 'shadow',
    judge: 'labels',
    labels: { folder: 'a', prefix: 'b', names: [], other: 1 },
    pictures: 100,
    scenes: 50,
    repeats: 'ignore',
    margin: 0.1,
    gates: { agreement: {} },
  } as unknown as Phase;
  expect(faultsOf(wrong)).toEqual(
    expect.arrayContaining([
      'rollout[0].labels.other: Expected no value: the key is unknown',
      'rollout[0].labels.folder: Expected exactly one of folder and prefix',
      'rollout[0].labels.prefix: Expected a prefix that ends with a slash',
      'rollout[0].pictures: Expected no value: all photos of the labelled set are answered, and no recorded request',
      'rollout[0].scenes: Expected no value: all photos of the labelled set are answered, and no recorded request',
      'rollout[0].repeats: Expected no value: all photos of the labelled set are answered, and no recorded request',
      'rollout[0].gates.agreement: Expected false or no value: the labels judge both versions',
      'rollout[0].margin: Expected no margin with goal "better", where it would have no effect',
    ]),
  );
  expect(faultsOf(shadow({ judge: 'labels' }))).toEqual([
    "rollout[0].labels: Expected { folder: '…' } or { prefix: '…' }",
  ]);
  expect(faultsOf(shadow({ labels: PREFIX }))).toEqual(['rollout[0].labels: Expected no value: the key is unknown']);
});

test('what only the stacks can find is asked for with the path of the set', () => {
  const setFaults = jest.fn(() => [{ path: 'here', expected: 'Expected a folder', value: 1 }]);
  expect(faultsOf(labelled(), { setFaults })).toEqual(['here: Expected a folder']);
  expect(setFaults).toHaveBeenCalledWith(expect.objectContaining({ judge: 'labels' }), 'rollout[0].labels');
});

test('a label that is named twice is refused', () => {
  const labels = { ...PREFIX, names: ['car', 'bus', 'car', 'bus'] };
  expect(check(labelled({ labels })).faults).toEqual([
    { path: 'rollout[0].labels.names[2]', expected: 'Expected a label that differs from names[0]', value: 'car' },
    { path: 'rollout[0].labels.names[3]', expected: 'Expected a label that differs from names[1]', value: 'bus' },
  ]);
});
