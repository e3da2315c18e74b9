import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, linear, type Phase, shadow, type TrafficGates } from '../../functions/plan/plan.ts';

const check = (plan: readonly unknown[]) => checkPlan(plan, { kind: 'count', capture: 1 });
const faults = (plan: readonly unknown[]) => check(plan).faults.map(({ path, expected }) => `${path}: ${expected}`);
const step = (gates: TrafficGates) => canary({ percent: 10, gates });
const labelled = shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } });
const EXPECTED = 'Expected no liveMargin without a shadow that replays requests, where it would have no effect';

test('without replays, a margin for live requests alone is refused', () => {
  const both = { errorRate: { liveMargin: 0.2 }, rejectionRate: { margin: 0.1, liveMargin: 0.3 } };
  const expected = (index: number) =>
    ['errorRate', 'rejectionRate'].map((gate) => `rollout[${index}].gates.${gate}.liveMargin: ${EXPECTED}`);
  expect(faults([step(both)])).toEqual(expected(0));
  expect(faults([linear({ stepPercent: 20, gates: both })])).toEqual(expected(0));
  expect(faults([labelled, step(both)])).toEqual(expected(1));
});

test('with replays, also of a shadow with a fault, it is accepted', () => {
  expect(faults([shadow(), step({ errorRate: { liveMargin: 0.2 } })])).toEqual([]);
  expect(faults([labelled, shadow({ judge: 'people' }), step({ errorRate: { liveMargin: 0.2 } })])).toEqual([]);
  expect(faults([{ kind: 'shadow', sample: 2 }, step({ errorRate: { liveMargin: 0.2 } })])).toEqual([
    'rollout[0].sample: Expected a share over 0, at most 1',
  ]);
});

test('another fault of it is reported once', () => {
  expect(faults([step({ errorRate: { margin: 0.1, liveMargin: 0.06 } })])).toEqual([
    'rollout[0].gates.errorRate.liveMargin: Expected at least the margin of 0.1 (the liveMargin is 0.06)',
  ]);
});

test.each<[string, readonly Phase[]]>([
  ['default gates', [canary({ percent: 10 })]],
  ['wide margins', [step({ errorRate: { margin: 0.15 } })]],
  ['no gate of errors', [step({ errorRate: false, rejectionRate: { margin: 0.3 } })]],
])('a checked plan passes the check again: %s', (_, declared) => {
  const { plan } = check(declared);
  expect(plan).toBeDefined();
  expect(check(plan ?? [])).toEqual({ plan, faults: [] });
});
