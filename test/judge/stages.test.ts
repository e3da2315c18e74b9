import { remediesFor } from '../../functions/judge/remedies.ts';
import { type Conditions, hasTraffic, photosIn, type Stage, shareOf, stagesOf } from '../../functions/judge/stages.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { blueGreen, canary, DEFAULT_PLAN, type Plan, shadow } from '../../functions/plan/plan.ts';
import { stepsOfPlan } from '../rollout/fixtures/steps.ts';

const at = (requestsPerMinute: number, errors = 0): Conditions => ({
  requestsPerMinute,
  errors,
  rejections: 0,
  replaysPerMinute: 60,
  recorded: 31 * 1440 * requestsPerMinute,
  recordedPerMinute: requestsPerMinute,
});
const stages = (conditions: Conditions, plan: Plan = DEFAULT_PLAN) => stagesOf(stepsOfPlan(plan), conditions);
const minutes = (of: readonly Stage[]) => of.map(({ wait }) => wait.etaMinutes);

test.each([
  [1, [9, 225, 155]],
  [10, [9, 27, 20]],
  [100, [9, 8, 7]],
])('%d requests a minute: as long as the simulation says, about', (requestsPerMinute, expected) => {
  expect(minutes(stages(at(requestsPerMinute)))).toEqual(expected);
});

test('evidence of replays shortens the canary, evidence of a canary the next one', () => {
  const alone = (plan: Plan) => minutes(stages(at(10), plan)).at(-1) ?? 0;
  const [ten, half] = [canary({ percent: 10 }), canary({ percent: 50 })];
  const gates = { errorRate: false, latency: false, countError: false } as const;
  expect(alone([half])).toBeGreaterThan(alone([ten, half]));
  expect(alone([ten])).toBeGreaterThan(alone([shadow({ pictures: 500, gates }), ten]));
});

test.each([0.05, 0.1, 0.2, 1, 10])(
  'at %d requests a minute, the settings are refused where an alarm comes first',
  (rate) => {
    const { faults } = checkPlan(DEFAULT_PLAN, { kind: 'count', capture: 1, requestsPerMinute: rate });
    const refused = new Set(faults.flatMap(({ path }) => /^rollout\[([12])\]/.exec(path)?.[1] ?? []));
    const alarmed = stages(at(rate)).filter(({ wait }) => wait.obstacle !== undefined);
    expect([...refused]).toEqual(alarmed.map(({ index }) => String(index - 1)));
  },
);

test('a bake is a step as well', () => {
  const [bake] = stages(at(10), [blueGreen({ bake: '15m' })]);
  expect(bake).toMatchObject({ index: 2, step: { kind: 'bake' } });
  expect(bake?.wait.etaMinutes).toBeGreaterThanOrEqual(15);
});

describe('a step that raises its alarm first', () => {
  const gates = (margin: number) => ({ errorRate: { margin }, rejectionRate: false, latency: false }) as const;
  const plan = (margin: number, maxHold: '2d' | '40d' = '2d', percent = 10): Plan => [
    canary({ percent, maxHold, gates: gates(margin) }),
  ];
  const obstacle = (changed: Plan, rate = 1) => stages(at(rate, 0.01), changed)[0]?.wait.obstacle;
  const remedies = (changed: Plan, rate = 1) => {
    const [stuck] = stages(at(rate, 0.01), changed);
    return stuck ? remediesFor(stuck, at(rate, 0.01)) : [];
  };

  test('ends in time with a wider margin, and not with a narrower one', () => {
    expect(obstacle(plan(0.01))).toBe('max-hold');
    const [remedy] = remedies(plan(0.01));
    const [change] = remedy?.change === 'gates' ? remedy.gates : [];
    expect(change).toMatchObject({ gate: 'errorRate', option: 'margin' });
    const margin = (change as { readonly atLeast: number }).atLeast;
    expect(obstacle(plan(margin + 0.001))).toBeUndefined();
    expect(obstacle(plan(margin - 0.002))).toBe('max-hold');
  });

  test('ends in time with a longer maxHold, or at more traffic with a larger share', () => {
    expect(remedies(plan(0.01)).map(({ change }) => change)).toEqual(['gates', 'maxHold']);
    expect(obstacle(plan(0.01, '40d'))).toBeUndefined();
    expect(remedies(plan(0.01), 8)).toContainEqual({ change: 'percent', percent: 20 });
    expect(obstacle(plan(0.01, '2d', 20), 8)).toBeUndefined();
  });

  test('by several gates: all of them', () => {
    const few = { latency: false, minRequests: 1000 } as const;
    const [stuck] = stages(at(1), [canary({ percent: 10, gates: few })]);
    const [remedy] = stuck ? remediesFor(stuck, at(1)) : [];
    expect(remedy).toEqual({
      change: 'gates',
      gates: [
        { gate: 'errorRate', option: 'margin', atLeast: expect.closeTo(0.018, 3) },
        { gate: 'rejectionRate', option: 'margin', atLeast: expect.closeTo(0.018, 3) },
        { option: 'minRequests', atMost: 287 },
      ],
    });
  });
});

describe('a shadow', () => {
  const [ten] = [canary({ percent: 10 })];
  const labelled = shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } });

  test('has no live traffic, a canary and a bake have', () => {
    const all = stages(at(10), [shadow({ pictures: 500 }), ten, blueGreen({ bake: '15m' })]);
    expect(all.map(hasTraffic)).toEqual([false, true, true]);
    expect(all[0]?.traffic).toMatchObject({ candidate: { requests: 0 }, live: { requests: 0, timed: 0, slow: 0 } });
  });

  test('that people judge leaves its replays, not its decisions, to the canary', () => {
    const [, next] = stages(at(10), [shadow({ judge: 'people' }), ten]);
    expect(next?.carried.errorRate?.replays).toEqual({ trials: 200, hits: 0 });
  });

  test('may need more pictures than it has', () => {
    const gates = { latency: { tolerance: 0.12, margin: 0.13 } };
    const wait = (maxPictures: number) =>
      stages(at(1000), [shadow({ pictures: 200, maxPictures, gates }), ten])[0]?.wait;
    const needed = wait(10_000)?.needs[0]?.more ?? 0;
    expect(needed).toBeGreaterThan(300);
    expect(wait(needed)).not.toHaveProperty('obstacle');
    expect(wait(needed - 1)?.obstacle).toBe('max-pictures');
  });

  test('waits for the answers of both versions to its labelled set', () => {
    const conditions = { ...at(10), labelled: { 'labels/cars/mine/': 120 } };
    const [first, next] = stages(conditions, [labelled, ten]);
    expect(first?.wait).toMatchObject({ etaMinutes: 4 });
    expect(first?.wait.needs[0]).toMatchObject({ of: 'labels', more: 120, left: 120, minutes: 4 });
    expect(next?.carried).toEqual({});
    expect(stages(at(10), [labelled, ten])[0]?.wait.obstacle).toBe('few-photos');
    const photos = stepsOfPlan([labelled, ten]).map((step) => photosIn(step, conditions));
    expect(photos).toEqual([0, 120, 0, 0, 0]);
    expect(stepsOfPlan([shadow({ pictures: 500 }), ten]).map((step) => photosIn(step, conditions))).toEqual(
      photos.map(() => 0),
    );
  });
});

test('each kind of step has its share of traffic', () => {
  const steps = stepsOfPlan([shadow({ pictures: 500 }), canary({ percent: 10 }), blueGreen({ bake: '15m' })]);
  expect(steps.map((step) => [step.kind, shareOf(step)])).toEqual([
    ['golden', 0],
    ['shadow', 0],
    ['weight', 0.1],
    ['full', 1],
    ['bake', 1],
    ['done', 0],
  ]);
});

test('steps of live traffic count rejections, errors and slow requests as expected', () => {
  const conditions = { ...at(10, 0.01), rejections: 0.2 };
  const [ten, bake] = stages(conditions, [canary({ percent: 10 }), blueGreen({ bake: '15m' })]);
  expect(ten?.usual).toEqual({
    failures: { trials: 11_520, hits: 115 },
    rejections: { trials: 14_400, hits: 2880 },
  });
  // Until the alarm, after two days.
  expect(ten?.traffic.candidate.requests).toBe(2875);
  expect(ten?.traffic.live.requests).toBe(25_875);
  const shares = ({ requests, rejections, timed, failures, slow }: Stage['traffic']['live']) =>
    [rejections / requests, failures / timed, slow / timed, (rejections + timed) / requests].map((share) =>
      Number(share.toFixed(2)),
    );
  expect(ten && shares(ten.traffic.live)).toEqual([0.2, 0.01, 0.1, 1]);
  expect(bake && shares(bake.traffic.candidate)).toEqual([0.2, 0.01, 0.05, 1]);
  expect(bake?.traffic.live.requests).toBe(0);
  // A bake compares errors with a limit, not with live.
  expect(bake?.wait.needs.find(({ of }) => of === 'errorRate')).not.toHaveProperty('shares');
});
