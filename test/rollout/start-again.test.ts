/** A rollout that an operator starts. */

import { ListExecutionsCommand, type SFNClient, type StartExecutionCommand } from '@aws-sdk/client-sfn';
import { KEYS } from '../../functions/contract.ts';
import { startRollout } from '../../functions/judge/state.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { StartRequest } from '../../functions/records/start-request.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { measure } from '../../functions/rollout/measure.ts';
import { startAgain } from '../../functions/rollout/start-again.ts';
import type { Traffic } from '../../functions/rollout/traffic.ts';
import { aliases } from './fixtures/aliases.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const OF = { endpoint: 'cars', functionName: 'detect' };
const { plan = [] } = checkPlan([canary({ percent: 10 })], { kind: 'count', capture: 1 });
const request: StartRequest = { kind: 'start', id: 'abc', ...OF, machine: 'arn:machine', version: '2', by: 'Ann' };

/** An endpoint with version 1 live and 3 the newest. */
function endpoint(running: readonly string[] = [], stored = new Map<string, unknown>([[KEYS.plan(OF), plan]])) {
  const started: { name?: string; input: string }[] = [];
  const send = async (command: ListExecutionsCommand | StartExecutionCommand) => {
    if (command instanceof ListExecutionsCommand) return { executions: running.map((name) => ({ name })) };
    started.push(command.input as (typeof started)[number]);
    return {};
  };
  const { live } = aliases();
  const context = {
    machines: { send } as unknown as SFNClient,
    alias: live,
    newest: { read: async () => ({ routing: { version: '3' }, revision: '' }) },
    candidate: {} as FunctionVersion,
    clock: { now: () => NOW },
    objects: { findJson: async (key: string) => stored.get(key) } as unknown as Objects,
    capture: 1,
  };
  return { context, started, live };
}

test('any published version starts, by the plan of the last deployment', async () => {
  const { context, started, live } = endpoint();
  expect(await startAgain(request, context)).toEqual({ started: true, execution: 'v2-abc', stable: '1' });
  expect(started).toHaveLength(1);
  expect(started[0]?.name).toBe('v2-abc');
  expect(JSON.parse(started[0]?.input ?? '')).toEqual({
    ...OF,
    plan,
    state: startRollout({ live: '1', candidate: '2' }, NOW.getTime()),
    ticks: 0,
    begun: NOW.toISOString(),
    newest: '3',
  });
  expect((await live.read()).note).toMatchObject({ by: 'Ann' });
});

test('a share that no rollout observes is taken away first', async () => {
  const { context, live } = endpoint();
  const note = { previous: '1', rollout: '2', move: 3, by: 'rollout', at: NOW.toISOString() };
  await live.move(await live.read(), { version: '1', candidate: { version: '2', percent: 30 } }, note);
  await startAgain(request, context);
  expect(await live.read()).toMatchObject({ routing: { version: '1' }, note: { previous: '1', by: 'Ann' } });
});

test('a repeated request starts nothing twice', async () => {
  const { context, started } = endpoint(['v2-abc']);
  expect(await startAgain(request, context)).toMatchObject({ started: true, execution: 'v2-abc' });
  expect(started).toEqual([]);
});

test.each([
  ['running', endpoint(['v3-other']), request],
  ['live', endpoint(), { ...request, version: '1' }],
  ['no-plan', endpoint([], new Map()), request],
] as const)('it is refused: %s', async (reason, { context, started, live }, asked) => {
  const { revision } = await live.read();
  expect(await startAgain(asked, context)).toEqual({ started: false, reason });
  expect(started).toEqual([]);
  expect((await live.read()).revision).toBe(revision);
});

test('of two starts that have read the same alias, one is refused', async () => {
  const { context, started } = endpoint();
  const requests = [request, { ...request, id: 'def', version: '3' }];
  const answers = await Promise.all(requests.map((each) => startAgain(each, context)));
  expect(answers.filter((answer) => answer.started)).toHaveLength(1);
  expect(answers).toContainEqual({ started: false, reason: 'alias-moved' });
  expect(started).toHaveLength(1);
});

describe('the rollout of an older version', () => {
  const state = startRollout({ live: '1', candidate: '2' }, NOW.getTime());
  const observe = async (newest: string) => {
    const { context, live } = endpoint();
    const execution = { ...OF, plan, state: { ...state, step: 99 }, ticks: 1, newest: '3' };
    const { observations } = await measure(execution, stepsOf(plan), {
      ...context,
      stable: {} as FunctionVersion,
      traffic: {} as Traffic,
      live: await live.read(),
      newest,
      now: NOW,
      executionName: 'v2-abc',
    });
    return observations;
  };

  test('is superseded by a version that is published after its start, not by those before', async () => {
    expect(await observe('3')).not.toHaveProperty('newerVersion');
    expect(await observe('4')).toMatchObject({ newerVersion: '4' });
  });
});

describe('with people as the judge', () => {
  const checked = checkPlan([shadow({ pictures: 300 }), canary({ percent: 10 })], { kind: 'count', capture: 1 });
  const planned = new Map<string, unknown>([[KEYS.plan(OF), checked.plan]]);

  test('the first shadow of the plan is theirs, with its own numbers', async () => {
    const { context, started } = endpoint([], planned);
    expect(await startAgain({ ...request, judge: 'people' }, context)).toMatchObject({ started: true });
    const { plan: used } = JSON.parse(started[0]?.input ?? '');
    const declared = [shadow({ judge: 'people', pictures: 300 }), canary({ percent: 10 })];
    expect(used).toEqual(checkPlan(declared, { kind: 'count', capture: 1 }).plan);
  });

  test('a plan without a shadow is refused', async () => {
    const { context, started } = endpoint();
    const answer = await startAgain({ ...request, judge: 'people' }, context);
    expect(answer).toEqual({ started: false, reason: 'no-shadow' });
    expect(started).toEqual([]);
  });

  test('without captured inputs it is refused: the shadow of labels needs none, that of people does', async () => {
    const labelled = shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } });
    const { plan: byLabels } = checkPlan([labelled, canary({ percent: 10 })], { kind: 'count', capture: 0 });
    const { context, started, live } = endpoint([], new Map<string, unknown>([[KEYS.plan(OF), byLabels]]));
    const note = { previous: '1', rollout: '2', move: 3, by: 'rollout', at: NOW.toISOString() };
    await live.move(await live.read(), { version: '1', candidate: { version: '2', percent: 30 } }, note);
    const before = await live.read();
    const answer = await startAgain({ ...request, judge: 'people' }, { ...context, capture: 0 });
    expect(answer).toEqual({ started: false, reason: 'no-capture' });
    expect(started).toEqual([]);
    expect(await live.read()).toEqual(before);
    expect(await startAgain(request, { ...context, capture: 0 })).toMatchObject({ started: true });
  });
});
