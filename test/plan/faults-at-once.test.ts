/** A fault of a phase hides no other one of the same phase, and brings no false one. */

import { checkPlan, type PlanContext } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';

const CANARY = canary({ percent: 10 });
const CAPTURE = 'rollout[0]: Expected an endpoint with capture over 0: a shadow replays captured inputs';

/** Faults as `path: Expected …`. */
function faults(phase: object, context: Partial<PlanContext> = {}): string[] {
  const plan = (phase as { kind?: string }).kind === 'shadow' ? [phase, CANARY] : [phase];
  const { faults: found } = checkPlan(plan, { kind: 'count', capture: 1, ...context });
  return found.map(({ path, expected }) => `${path}: ${expected}`);
}

const wrongGate = { errorRate: { tolerance: 'a' } };
const WRONG_GATE = 'rollout[0].gates.errorRate.tolerance: Expected a share over 0 and under 1';

test('a wrong gate beside an endpoint that captures nothing, and too few pictures', () => {
  const phase = shadow({ pictures: 300, maxPictures: 200, scenes: 250, gates: wrongGate as object });
  expect(faults(phase, { capture: 0 })).toEqual([
    WRONG_GATE,
    CAPTURE,
    'rollout[0].maxPictures: Expected at least 300, the value of pictures',
    'rollout[0].scenes: Expected at most 200, the value of maxPictures',
  ]);
});

test('an unknown key beside a baseline that the endpoint does not support', () => {
  const phase = { kind: 'shadow', baseline: 'human', other: 1 };
  expect(faults(phase, { kind: 'predict', capture: 0 })).toEqual([
    'rollout[0].other: Expected no value: the key is unknown',
    CAPTURE,
    'rollout[0].baseline: Expected "live": a human gives a count, and this endpoint does not count',
  ]);
});

test('an endpoint answered by a human beside the other faults', () => {
  expect(faults(shadow({ pictures: 300, maxPictures: 200 }), { answeredBy: 'human' })).toEqual([
    'rollout[0]: Expected no shadow: where a human answers, callers get no answer of a model to judge',
    'rollout[0].maxPictures: Expected at least 300, the value of pictures',
  ]);
});

test('a wrong baseline beside wrong numbers and an endpoint that captures nothing', () => {
  const phase = { kind: 'shadow', baseline: 'dog', sample: 2, gates: { latency: 'x' } };
  expect(faults(phase, { capture: 0 })).toEqual([
    'rollout[0].baseline: Expected "live" or "human"',
    'rollout[0].sample: Expected a share over 0, at most 1',
    CAPTURE,
  ]);
});

test('a wrong judge beside a wrong time; labels might need no captured inputs', () => {
  const phase = { kind: 'shadow', judge: 'dice', maxHold: '0d', pictures: 0, labels: {} };
  expect(faults(phase, { capture: 0 }).map((fault) => fault.split(':')[0])).toEqual([
    'rollout[0].judge',
    'rollout[0].maxHold',
  ]);
});

test.each(['canary', 'linear', 'blueGreen'])('a %s without its number and without a gate', (kind) => {
  const gates = { errorRate: false, rejectionRate: false, latency: false };
  const [first, ...others] = faults({ kind, gates, maxHold: '5m' });
  expect(first).toMatch(/^rollout\[0\]\.(percent|stepPercent|bake): Expected /);
  expect(others).toContain('rollout[0].gates: Expected at least one gate that is not false');
});

test('the labelled set beside a wrong gate, without what depends on the gate', () => {
  const labels = { prefix: 'labels/cars/mine/' };
  const phase = { kind: 'shadow', judge: 'labels', labels, gates: wrongGate };
  const setFaults = (_: unknown, path: string) =>
    ['folder', 'names[0]'].map((key) => ({ path: `${path}.${key}`, expected: 'Expected another', value: 1 }));
  expect(faults(phase, { setFaults })).toEqual([WRONG_GATE, 'rollout[0].labels.names[0]: Expected another']);
  expect(faults({ ...phase, labels: undefined }, { setFaults })).toHaveLength(2);
});

test('a margin that no picture can prove beside a wrong share', () => {
  const gates = { agreement: { tolerance: 0.0001, margin: 0.0002 } };
  const [first, ...others] = faults({ kind: 'shadow', sample: 2, gates });
  expect(first).toBe('rollout[0].sample: Expected a share over 0, at most 1');
  expect(others).toEqual([expect.stringMatching(/^rollout\[0\]\.gates\.agreement\.margin: Expected at least 0\.0/)]);
});

test('a number that a wrong one might allow is no fault', () => {
  const few = { capture: 0.01, requestsPerMinute: 1, kind: 'count' } as const;
  expect(faults({ kind: 'shadow', pictures: 0, maxPictures: 100, scenes: 90 })).toHaveLength(1);
  expect(faults({ kind: 'shadow', sample: 2 }, few).some((fault) => fault.includes('.pictures'))).toBe(false);
});

test('replays of a shadow with a fault still prove what little traffic cannot', () => {
  const gates = { errorRate: { liveMargin: 0.2 }, rejectionRate: false, latency: false, minRequests: 1 } as const;
  const plan = (more: object) => [shadow({ pictures: 500, ...more }), canary({ percent: 10, gates })];
  const found = checkPlan(plan({ sample: 2 }), { kind: 'count', capture: 1, requestsPerMinute: 0.2 }).faults;
  expect(found.map(({ path }) => path)).toEqual(['rollout[0].sample']);
});

test('no fault asks for a value that is a fault itself: a margin of 1, or 0 pictures', () => {
  const gates = { rejectionRate: false, latency: false, minRequests: 1 } as const;
  const plan = [shadow(), canary({ percent: 1, maxHold: '1h', gates })];
  const { faults: found } = checkPlan(plan, { kind: 'count', capture: 0.0001, requestsPerMinute: 1 });
  expect(found.map(({ path, expected }) => `${path}: ${expected}`)).toEqual([
    'rollout[0].maxHold: Expected more time: no picture comes in it at 1 requests per minute with capture 0.0001 and ' +
      'sample 1',
    'rollout[1].gates.errorRate.liveMargin: Expected the gate to be false: no value can be proven with the 0 ' +
      'requests that the step gets in 60 min at 1 per minute',
    expect.stringMatching(/^rollout\[1\]\.gates\.errorRate\.margin: Expected at least 0\.025: /),
    expect.stringMatching(/^rollout\[1\]\.gates\.minRequests: /),
  ]);
});
