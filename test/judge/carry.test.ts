import { carriedOf, carriedOn } from '../../functions/judge/carry.ts';
import { decide } from '../../functions/judge/decide.ts';
import type { Observations } from '../../functions/judge/observations.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { blueGreen, canary, type Plan, shadow } from '../../functions/plan/plan.ts';
import { counts, pictures, settled, stepOf, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;
const START = 29_000_000;
const USUAL = { failures: { trials: 14_400, hits: 0 }, rejections: { trials: 14_400, hits: 0 } };

/** A state after a tick in each of the minutes. */
function stateAfter(plan: Plan, ticks: readonly (readonly [minute: number, observed: Omit<Observations, 'now'>])[]) {
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
  const state = stateAfter(
    [shadow({ gates: wide }), shadow({ gates: wide }), canary({ percent: 10 })],
    [
      [0, { shadow: pictures(600) }],
      [1, { shadow: pictures(300) }],
    ],
  );
  expect(state).toMatchObject({ step: 3, replays: { trials: 600, hits: 0 } });
  const carried = { earlier: [], replays: { trials: 600, hits: 0 } };
  expect(carriedOf({ slow: { quantile: 0.9 } }, state)).toEqual({ errorRate: carried, rejectionRate: carried });
  expect(carriedOf({}, startRollout({ live: '1', candidate: '2' }, 0))).toEqual({});
});

test('with replays, few live requests pass a canary; its requests count in the next one', () => {
  const gates = { latency: false, minRequests: 10, errorRate: { liveMargin: 0.2 } } as const;
  const plan = [
    shadow(),
    canary({ percent: 10, duration: '1m', gates }),
    canary({ percent: 50, duration: '1m', gates }),
  ];
  const first = [0, { shadow: pictures(600) }] as const;
  expect(stateAfter(plan, [first, [2, traffic(1, 20, 180)]])).toMatchObject({ step: 2 });
  const second = stateAfter(plan, [first, [2, traffic(1, 40, 360)]]);
  expect(second).toMatchObject({ step: 3, replays: { trials: 600, hits: 0 } });
  const both = { candidate: { trials: 40, hits: 0 }, live: { trials: 360, hits: 0 } };
  expect(second.earlier).toEqual([
    { errorRate: { ...both, usual: USUAL.failures }, rejectionRate: { ...both, usual: USUAL.rejections } },
  ]);
  expect(stateAfter(plan, [first, [2, traffic(1, 40, 360)], [4, traffic(3, 10, 10)]])).toMatchObject({
    step: 5,
    status: 'done',
  });
});

describe('slow requests of an earlier canary', () => {
  const only = { errorRate: false, rejectionRate: false, minRequests: 10 } as const;
  const planOf = (latency: object): Plan => [
    canary({ percent: 10, duration: '1m', gates: { ...only, latency: { margin: 0.4 } } }),
    canary({ percent: 50, duration: '1m', gates: { ...only, latency } }),
  ];
  /** Of both versions, one in ten of the requests is slow. */
  const timed = (minute: number, candidate: number, live: number) => ({
    traffic: {
      ...settled(START + minute + 1, [
        {
          minute: START + minute,
          candidate: counts(candidate, 0, candidate / 10),
          live: counts(live, 0, live / 10),
        },
      ]),
      slowerThanMs: 200,
    },
    usualTimes: { slowerThanMs: 200 },
  });
  const bound = [0, { usualTimes: { slowerThanMs: 200 } }] as const;
  const first = [2, timed(1, 60, 540)] as const;

  test('count in the next one', () => {
    const plan = planOf({ margin: 0.17 });
    const second = stateAfter(plan, [bound, first]);
    expect(second).toMatchObject({ step: 2 });
    const latency = { candidate: { trials: 60, hits: 6 }, live: { trials: 540, hits: 54 } };
    expect(second.earlier).toMatchObject([{ latency: { ...latency, usual: { trials: 300, hits: 30 } } }]);
    const next = [4, timed(3, 50, 50)] as const;
    expect(stateAfter(plan, [bound, first, next])).toMatchObject({ step: 4, status: 'done' });
    expect(stateAfter(plan.slice(1), [bound, [4, timed(3, 50, 50)]])).toMatchObject({ step: 1, status: 'running' });
  });

  test('do not count where slow is a limit in milliseconds, before or after', () => {
    const second = stateAfter(planOf({ limitMs: 300 }), [bound, first]);
    expect(carriedOf({ slow: { limitMs: 300 } }, second)).not.toHaveProperty('latency');
    expect(carriedOf({ slow: { quantile: 0.9 } }, second)).toHaveProperty('latency');
    const limit = [canary({ percent: 10, duration: '1m', gates: { ...only, latency: { limitMs: 200, margin: 0.4 } } })];
    const { traffic: seen } = timed(1, 60, 540);
    const withLimit = { traffic: { ...seen, firstSlowerThanMs: 200 } };
    const left = stateAfter([...limit, canary({ percent: 50 })], [bound, [2, withLimit]]);
    expect(left.earlier).toHaveLength(1);
    expect(left.earlier?.[0]).not.toHaveProperty('latency');
    expect(carriedOf({ slow: { quantile: 0.9 } }, left)).not.toHaveProperty('latency');
  });
});

test('a bake leaves no evidence: it has no live version beside it', () => {
  const step = stepOf([blueGreen({ bake: '1h' })], 'bake');
  expect(carriedOn(step, { traffic: { candidate: counts(50), live: counts(0) } }, {})).toEqual({});
});

test('without replays, the same requests hold', () => {
  const gates = { latency: false, minRequests: 10 } as const;
  const state = stateAfter([canary({ percent: 10, duration: '1m', gates })], [[2, traffic(1, 40, 360)]]);
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
  expect(stateAfter(plan, [first, [2, failing(1, 60, 2)]])).toMatchObject({ step: 2, status: 'running' });
  expect(stateAfter(plan, [first, [2, failing(1, 60, 2)], [3, failing(2, 60, 8)]])).toMatchObject({
    status: 'rolled back',
  });
});

test('only the last eight steps are kept, and none without requests', () => {
  const state = startRollout({ live: '1', candidate: '2' }, 0);
  const step = stepsOfPlan([canary({ percent: 10 })])[1];
  if (step?.kind !== 'weight') throw new Error('Expected a canary');
  expect(carriedOn(step, state, {})).toEqual({});
  let earlier: RolloutState['earlier'] = [];
  for (let requests = 1; requests <= 10; requests++) {
    const before = { ...state, earlier, traffic: { candidate: counts(requests), live: counts(0) } };
    ({ earlier = [] } = carriedOn(step, before, {}));
  }
  expect(earlier.map(({ errorRate }) => errorRate.candidate.trials)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
});
