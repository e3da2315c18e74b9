/** What a tick measures, and what it leaves out. */

import type { RolloutState } from '../../functions/judge/state.ts';
import { startRollout } from '../../functions/judge/state.ts';
import type { UsualTallies } from '../../functions/judge/version-counts.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { blueGreen, canary, type Plan, shadow } from '../../functions/plan/plan.ts';
import type { CheckedPlan } from '../../functions/plan/plan-schema.ts';
import { stepsOf } from '../../functions/plan/steps.ts';
import type { AliasState } from '../../functions/platform/alias.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { measure } from '../../functions/rollout/measure.ts';
import type { Traffic } from '../../functions/rollout/traffic.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const USUAL_TIMES = { slowerThanMs: 120, coldStarts: { starts: 9, medianMs: 800 } };
const USUAL = { failures: { trials: 80, hits: 1 }, rejections: { trials: 90, hits: 9 } };

/** One measurement in a step of a plan, and the versions whose usual times were queried. */
async function measured(
  plan: Plan,
  changes: Partial<RolloutState>,
  live: Omit<AliasState, 'revision'> = { routing: { version: '1' } },
  control?: object,
  usualOfLive: UsualTallies = USUAL,
) {
  const { plan: checked } = checkPlan(plan, { kind: 'count', capture: 1 });
  const state = { ...startRollout({ live: '1', candidate: '2' }, NOW.getTime()), ...changes };
  const execution = { endpoint: 'cars', functionName: 'detect', plan: checked as CheckedPlan, state, ticks: 0 };
  const timesOf: string[] = [];
  const traffic = {
    minutes: async () => 'incomplete',
    usual: async (version: string) => (version === '1' ? usualOfLive : undefined),
    usualTimes: async (version: string) => {
      timesOf.push(version);
      return USUAL_TIMES;
    },
    coldStarts: async (version: string, overMs: number) => ({ starts: 3, over: 1, meanMs: Number(version) + overMs }),
  } as unknown as Traffic;
  const objects = {
    findJson: async () => control,
    list: async () => [],
    listTagged: async () => [],
    putJson: async () => undefined,
  } as unknown as Objects;
  const version = { golden: async () => ({ ok: false, failure: 'Error: no memory' }) } as unknown as FunctionVersion;
  const { observations } = await measure(execution, stepsOf(checked as CheckedPlan), {
    objects,
    candidate: version,
    stable: version,
    traffic,
    live: { revision: 'r', ...live },
    newest: '2',
    now: NOW,
    executionName: 'v2-test',
  });
  return { observations, timesOf };
}

const noLatency = { latency: false, coldStart: false } as const;
const inCanary = { routing: { version: '1', candidate: { version: '2', percent: 10 } } };

test.each<[string, Plan, Partial<RolloutState>, Pick<AliasState, 'routing'>, string[]]>([
  ['in a canary that needs it', [canary({ percent: 10 })], { step: 1 }, inCanary, ['1']],
  [
    'in a shadow whose canary will need it',
    [shadow(), canary({ percent: 10 })],
    { step: 1 },
    { routing: { version: '1' } },
    ['1'],
  ],
  [
    'in a canary that knows what is slow',
    [canary({ percent: 10 })],
    { step: 1, slowerThanMs: 300, coldStarts: { starts: 9, medianMs: 800 } },
    inCanary,
    [],
  ],
  ['in a canary without a latency gate', [canary({ percent: 10, gates: noLatency })], { step: 1 }, inCanary, []],
  [
    'in a canary with a limit in milliseconds',
    [canary({ percent: 10, gates: { latency: { limitMs: 300 }, coldStart: false } })],
    { step: 1 },
    inCanary,
    [],
  ],
  [
    'in a shadow before a canary without a latency gate',
    [shadow(), canary({ percent: 10, gates: noLatency })],
    { step: 1 },
    { routing: { version: '1' } },
    [],
  ],
])(
  'CloudWatch is queried for the usual times only where a gate needs it: %s',
  async (_, plan, state, live, versions) => {
    const { observations, timesOf } = await measured(plan, state, live);
    expect(timesOf).toEqual(versions);
    expect(observations.usualTimes).toEqual(versions.length > 0 ? USUAL_TIMES : undefined);
  },
);

test('a bake is compared with the rejections of the previous version; metrics may be incomplete', async () => {
  const full = { routing: { version: '2' } };
  const { observations } = await measured([blueGreen({ bake: '1h' })], { step: 2 }, full);
  expect(observations).toEqual({ traffic: 'incomplete', usualTimes: USUAL_TIMES, usual: USUAL });
  const unknown = await measured([blueGreen({ bake: '1h' })], { step: 2, live: '3' }, full);
  expect(unknown.observations).not.toHaveProperty('usual');
  const inOne = await measured([canary({ percent: 10 })], { step: 1 }, inCanary);
  expect(inOne.observations).toMatchObject({ usual: USUAL });
  const later = await measured([canary({ percent: 10 })], { step: 1, usual: USUAL }, inCanary);
  expect(later.observations).not.toHaveProperty('usual');
});

test('cold starts of the candidate are counted over the limit that those of live give', async () => {
  const state = { step: 1, slowerThanMs: 300, coldStarts: { starts: 9, medianMs: 800 } };
  const { observations } = await measured([canary({ percent: 10 })], state, inCanary);
  expect(observations.coldStarts).toEqual({ starts: 3, over: 1, meanMs: 2602 });
  const unknown = await measured([canary({ percent: 10 })], { step: 1 }, inCanary);
  expect(unknown.observations).not.toHaveProperty('coldStarts');
});

test('a shadow needs the requests of live in the day before, once', async () => {
  const plan = [shadow(), canary({ percent: 10 })];
  const live = { routing: { version: '1' } };
  expect((await measured(plan, { step: 1 }, live)).observations).toMatchObject({ usual: USUAL });
  expect((await measured(plan, { step: 1, usual: USUAL }, live)).observations).not.toHaveProperty('usual');
  const without = [shadow({ gates: { errorRate: false } }), canary({ percent: 10 })];
  expect((await measured(without, { step: 1 }, live)).observations).not.toHaveProperty('usual');
});

test('a version that fails on its golden pictures is a result with the error', async () => {
  const { observations } = await measured([canary({ percent: 10 })], {});
  expect(observations.golden).toEqual({ passed: false, failure: { kind: 'error', error: 'Error: no memory' } });
});

describe('a shadow without a picture', () => {
  const inShadow = (usual: UsualTallies, plan: Plan = [shadow(), canary({ percent: 10 })]) =>
    measured(plan, { step: 1 }, { routing: { version: '1' } }, undefined, usual);
  const refused = { failures: { trials: 10, hits: 10 }, rejections: { trials: 160, hits: 150 } };

  test('measures whether live has answered anything', async () => {
    const { observations } = await inShadow(refused);
    expect(observations.unanswered).toEqual({ requests: 160, rejections: 150, failures: 10 });
    expect((await inShadow(USUAL)).observations).not.toHaveProperty('unanswered');
    const none = { trials: 0, hits: 0 };
    expect((await inShadow({ failures: none, rejections: none })).observations).not.toHaveProperty('unanswered');
  });

  test('knows that no picture is queued, and none was recorded in a day', async () => {
    expect((await inShadow(USUAL)).observations.supply).toEqual({ queued: 0, recordedPerMinute: 0 });
  });

  test('of a human needs no answer of live', async () => {
    const { observations } = await inShadow(refused, [shadow({ baseline: 'human' }), canary({ percent: 10 })]);
    expect(observations).not.toHaveProperty('unanswered');
    expect(observations).not.toHaveProperty('supply');
  });
});

describe('an alias that is not as the rollout left it', () => {
  const plan = [canary({ percent: 10 })];
  const state = { step: 1, moves: 1 };
  const routing = { version: '3' };
  const note = { by: 'Bob', at: NOW.toISOString() };

  test('is an observation with both routings, and with the name in the note', async () => {
    const { observations } = await measured(plan, state, { routing, note });
    expect(observations).toEqual({ foreignMove: { routing, expected: inCanary.routing, by: 'Bob' } });
  });

  test('has no name where the alias has no note', async () => {
    const { observations } = await measured(plan, state, { routing });
    expect(observations).toEqual({ foreignMove: { routing, expected: inCanary.routing } });
  });

  test('has no name where the note is older than the move', async () => {
    const own = { ...note, by: 'rollout', rollout: '2', move: 2 };
    const { observations } = await measured(plan, state, { routing, note: own, movedByHand: true });
    expect(observations).toEqual({ foreignMove: { routing, expected: inCanary.routing } });
  });

  test.each([
    ['its own share', { version: '1', candidate: { version: '2', percent: 5 } }, '2'],
    ['most of the traffic', { version: '2', candidate: { version: '1', percent: 5 } }, '2'],
    ['all traffic', { version: '2' }, undefined],
    ['none, and another version has a share', { version: '1', candidate: { version: '3', percent: 5 } }, undefined],
  ])('withdraws the share of the candidate: it has %s', async (_, hand, withdrawn) => {
    const { observations } = await measured(plan, state, { routing: hand });
    expect(observations.foreignMove?.withdrawn).toBe(withdrawn);
  });

  test.each([
    ['the killed tick’s own move', { ...note, by: 'rollout', rollout: '2', move: 2 }, false],
    ['an earlier move of this rollout', { ...note, by: 'rollout', rollout: '2', move: 1 }, true],
    ['a move of another rollout', { ...note, by: 'rollout', rollout: '3', move: 2 }, true],
  ])('was moved by %s', async (_, own, isForeign) => {
    const { observations } = await measured(plan, state, { routing, note: own });
    expect(observations.foreignMove !== undefined).toBe(isForeign);
  });

  test('is none where an operator has ordered a rollback', async () => {
    const control = { id: 'a', version: '2', kind: 'rollback', by: 'Bob', at: NOW.toISOString() };
    const { observations } = await measured(plan, state, { routing, note }, control);
    expect(observations).not.toHaveProperty('foreignMove');
    expect(observations.control).toEqual({ id: 'a', kind: 'rollback', by: 'Bob' });
  });
});
