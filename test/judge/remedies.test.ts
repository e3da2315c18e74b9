import { remediesFor } from '../../functions/judge/remedies.ts';
import { type Conditions, stagesOf } from '../../functions/judge/stages.ts';
import { blueGreen, canary, type Plan, shadow } from '../../functions/plan/plan.ts';
import { stepsOfPlan } from '../rollout/fixtures/steps.ts';

const at = (requestsPerMinute: number, more: Partial<Conditions> = {}): Conditions => ({
  requestsPerMinute,
  errors: 0,
  rejections: 0,
  replaysPerMinute: 60,
  recorded: 31 * 1440 * requestsPerMinute,
  recordedPerMinute: requestsPerMinute,
  ...more,
});

/** Remedies for the last stage of a plan. */
function remedies(plan: Plan, conditions: Conditions) {
  const stage = stagesOf(stepsOfPlan(plan), conditions).at(-1);
  return { eta: stage?.wait.etaMinutes, obstacle: stage?.wait.obstacle, all: stage && remediesFor(stage, conditions) };
}

test('a shadow has no gate of live traffic: only more time', () => {
  const [first] = stagesOf(stepsOfPlan([shadow({ pictures: 500 }), canary({ percent: 10 })]), at(10));
  expect(first && remediesFor(first, at(10))).toEqual([{ change: 'maxHold', minutes: first?.wait.etaMinutes }]);
});

test('without traffic, no time and no share helps; every gate is shown', () => {
  const gates = { latency: false, minRequests: 10 } as const;
  const { obstacle, all } = remedies([canary({ percent: 10, gates })], at(0));
  expect(obstacle).toBe('no-traffic');
  expect(all).toEqual([
    {
      change: 'gates',
      gates: [
        { gate: 'errorRate', option: 'margin', atLeast: 1 },
        { gate: 'rejectionRate', option: 'margin', atLeast: 1 },
        { option: 'minRequests', atMost: 0 },
      ],
    },
  ]);
});

test('a bake compares rejections with live, errors with a limit, and has no share', () => {
  const bake = (gates: object) => remedies([blueGreen({ bake: '15m', gates: { latency: false, ...gates } })], at(0.1));
  const least = bake({ minRequests: 2000 });
  expect(least).toMatchObject({ obstacle: 'max-hold' });
  expect(least.all).toEqual([
    { change: 'gates', gates: [{ option: 'minRequests', atMost: 287 }] },
    { change: 'maxHold', minutes: least.eta },
  ]);
  const strict = bake({ minRequests: 1, rejectionRate: { tolerance: 0.001, margin: 0.005 } });
  expect(strict.all).toEqual([
    { change: 'gates', gates: [{ gate: 'rejectionRate', option: 'margin', atLeast: expect.closeTo(0.017, 2) }] },
    { change: 'maxHold', minutes: strict.eta },
  ]);
});

test('a limit of errors that a bake cannot prove in time has no margin to widen', () => {
  const gates = { latency: false, rejectionRate: false, minRequests: 1, errorRate: { limit: 0.012 } } as const;
  const { obstacle, eta, all } = remedies([blueGreen({ bake: '15m', gates })], at(0.1));
  expect(obstacle).toBe('max-hold');
  expect(all).toEqual([{ change: 'maxHold', minutes: eta }]);
});

test('as many requests as come until the alarm are enough', () => {
  const atMost = 287;
  const plan = (minRequests: number) => [
    blueGreen({ bake: '15m', gates: { latency: false, rejectionRate: false, minRequests } }),
  ];
  expect(remedies(plan(atMost), at(0.1)).obstacle).toBeUndefined();
  expect(remedies(plan(atMost), at(0.1)).all).toEqual([{ change: 'maxHold', minutes: expect.any(Number) }]);
  expect(remedies(plan(atMost + 1), at(0.1)).obstacle).toBe('max-hold');
});

test('errors and rejections are each judged by their own counts', () => {
  const margins = (more: Partial<Conditions>) => {
    const { all } = remedies([canary({ percent: 10, gates: { latency: false, minRequests: 10 } })], at(1, more));
    const [gates] = all ?? [];
    return gates?.change === 'gates'
      ? gates.gates.map((each) => ('gate' in each ? [each.gate, each.atLeast] : []))
      : [];
  };
  const [, ofRejections] = margins({ rejections: 0.2 });
  expect(ofRejections).toEqual(['rejectionRate', expect.any(Number)]);
  const [ofErrors] = margins({ errors: 0.2 });
  expect(ofErrors).toEqual(['errorRate', expect.any(Number)]);
  expect(margins({ rejections: 0.2 })[0]?.[1]).toBeLessThan(Number(ofRejections?.[1]) / 2);
  expect(margins({ errors: 0.2 })[1]?.[1]).toBeLessThan(Number(ofErrors?.[1]) / 2);
});

describe('after replays', () => {
  const plan = (liveMargin?: number): Plan => [
    shadow({ pictures: 500, gates: { latency: false } }),
    canary({
      percent: 10,
      gates: {
        latency: false,
        rejectionRate: false,
        minRequests: 1,
        errorRate: { tolerance: 0.002, margin: 0.02, ...(liveMargin !== undefined && { liveMargin }) },
      },
    }),
  ];

  test('live requests alone have a margin of their own, which is widened where they are too few', () => {
    const { obstacle, all } = remedies(plan(0.05), at(0.2));
    expect(obstacle).toBe('max-hold');
    const [gates] = all ?? [];
    const changes = gates?.change === 'gates' ? gates.gates : [];
    expect(changes).toEqual([{ gate: 'errorRate', option: 'liveMargin', atLeast: expect.any(Number) }]);
    const { atLeast } = changes[0] as { readonly atLeast: number };
    expect(atLeast).toBeGreaterThan(0.05);
    expect(remedies(plan(atLeast + 0.001), at(0.2)).obstacle).toBeUndefined();
  });

  test('is not asked for where it is proven', () => {
    const { obstacle, all } = remedies(plan(0.9), at(0.2));
    expect(obstacle).toBeUndefined();
    expect(all?.some(({ change }) => change === 'gates')).toBe(false);
  });
});
