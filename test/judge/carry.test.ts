import { carriedOf, carriedOn } from '../../functions/judge/carry.ts';
import { decide } from '../../functions/judge/decide.ts';
import type { Observations } from '../../functions/judge/observations.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { canary, type Plan, shadow } from '../../functions/plan/plan.ts';
import { counts, pictures, settled, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;
const START = 29_000_000;
const USUAL = { failures: { trials: 14_400, hits: 0 }, rejections: { trials: 14_400, hits: 0 } };

/** A state after a tick in each of the minutes. */
function after(plan: Plan, ticks: readonly (readonly [minute: number, observed: Omit<Observations, 'now'>])[]) {
  const steps = stepsOfPlan(plan);
  const start: RolloutState = { ...startRollout({ live: '1', candidate: '2' }, START * MINUTE), step: 1 };
  return ticks.reduce(
    (state, [minute, observed]) => decide(steps, state, { now: (START + minute) * MINUTE, ...observed }).state,
    start,
  );
}

const traffic = (minute: number, candidate: number, live: number) => ({
  traffic: settled(START + minute + 1, [{ minute: START + minute, candidate: counts(candidate), live: counts(live) }]),
  usual: USUAL,
});

test("a shadow's replays count as evidence in every later step, once", () => {
  const wide = { agreement: { tolerance: 0.5, margin: 0.6 }, countError: false } as const;
  const state = after(
    [shadow({ gates: wide }), shadow({ gates: wide }), canary({ percent: 10 })],
    [
      [0, { shadow: pictures(600) }],
      [1, { shadow: pictures(300) }],
    ],
  );
  expect(state).toMatchObject({ step: 3, replays: { trials: 600, hits: 0 } });
  const carried = { earlier: [], replays: { trials: 600, hits: 0 } };
  expect(carriedOf(state)).toEqual({ errorRate: carried, rejectionRate: carried });
});

test('with replays, few live requests pass a canary; its requests count in the next one', () => {
  const gates = { latency: false, minRequests: 10, errorRate: { liveMargin: 0.2 } } as const;
  const plan = [
    shadow(),
    canary({ percent: 10, duration: '1m', gates }),
    canary({ percent: 50, duration: '1m', gates }),
  ];
  const first = [0, { shadow: pictures(600) }] as const;
  expect(after(plan, [first, [2, traffic(1, 20, 180)]])).toMatchObject({ step: 2 });
  const second = after(plan, [first, [2, traffic(1, 40, 360)]]);
  expect(second).toMatchObject({ step: 3, replays: { trials: 600, hits: 0 } });
  const both = { candidate: { trials: 40, hits: 0 }, live: { trials: 360, hits: 0 } };
  expect(second.earlier).toEqual([
    { errorRate: { ...both, usual: USUAL.failures }, rejectionRate: { ...both, usual: USUAL.rejections } },
  ]);
  expect(after(plan, [first, [2, traffic(1, 40, 360)], [4, traffic(3, 10, 10)]])).toMatchObject({
    step: 5,
    status: 'done',
  });
});

test('without replays, the same requests hold', () => {
  const gates = { latency: false, minRequests: 10 } as const;
  const state = after([canary({ percent: 10, duration: '1m', gates })], [[2, traffic(1, 40, 360)]]);
  expect(state).toMatchObject({ step: 1, status: 'running' });
});

test('a fault in live traffic that replays do not show holds, and is rolled back in time', () => {
  const gates = { latency: false, minRequests: 10, errorRate: { liveMargin: 0.2 } } as const;
  const plan = [shadow(), canary({ percent: 10, duration: '1m', gates })];
  const failing = (minute: number, candidate: number, errors: number) => ({
    traffic: settled(START + minute + 1, [
      { minute: START + minute, candidate: counts(candidate, errors), live: counts(9 * candidate) },
    ]),
  });
  const first = [0, { shadow: pictures(2000) }] as const;
  expect(after(plan, [first, [2, failing(1, 60, 2)]])).toMatchObject({ step: 2, status: 'running' });
  expect(after(plan, [first, [2, failing(1, 60, 2)], [3, failing(2, 60, 8)]])).toMatchObject({ status: 'rolled back' });
});

test('only the last eight steps are kept, and none without requests', () => {
  const state = startRollout({ live: '1', candidate: '2' }, 0);
  const step = stepsOfPlan([canary({ percent: 10 })])[1];
  if (step?.kind !== 'weight') throw new Error('Expected a canary');
  expect(carriedOn(step, state, { now: 0 })).toEqual({});
  let earlier: RolloutState['earlier'] = [];
  for (let requests = 1; requests <= 10; requests++) {
    const before = { ...state, earlier, traffic: { candidate: counts(requests), live: counts(0) } };
    ({ earlier = [] } = carriedOn(step, before, { now: 0 }));
  }
  expect(earlier.map(({ errorRate }) => errorRate.candidate.trials)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
});
