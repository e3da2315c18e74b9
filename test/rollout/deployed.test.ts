/** Requests of CloudFormation: fresh roles, deployments that are undone or deleted, and a controller that fails. */

import { ListExecutionsCommand, type SFNClient, type StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { type Objects, StoreUnavailableError } from '../../functions/platform/objects.ts';
import { type DeployedContext, deployed } from '../../functions/rollout/deployed.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { abandon } from '../../functions/rollout/tick.ts';
import { aliases } from './fixtures/aliases.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const clock = { now: () => NOW };
const ResourceProperties = {
  Machine: 'arn:aws:states:us-east-1:000000000000:stateMachine:cars',
  Endpoint: 'cars',
  FunctionName: 'detect',
  Version: '2',
  Plan: '[]',
};

const named = (name: string) => Object.assign(new Error('not authorized to perform this action'), { name });
const denied = named('AccessDeniedException');
const throttled = named('ThrottlingException');

function eventOf(more: object): CloudFormationCustomResourceEvent {
  return { RequestId: 'r', ResourceProperties, ...more } as unknown as CloudFormationCustomResourceEvent;
}
const CREATE = eventOf({ RequestType: 'Create' });
const DELETE = eventOf({ RequestType: 'Delete' });
const UNDO = eventOf({ RequestType: 'Update', OldResourceProperties: { ...ResourceProperties, Version: '3' } });

/** @param failures the errors of the first calls of Step Functions and of S3 */
function place(failures: { states?: Error[]; s3?: Error[]; running?: string[] } = {}) {
  const { states = [], s3 = [], running = [] } = failures;
  const [stopped, waits, logged]: [unknown[], number[], string[]] = [[], [], []];
  const send = async (command: ListExecutionsCommand | StopExecutionCommand) => {
    const failure = states.shift();
    if (failure) throw failure;
    if (command instanceof ListExecutionsCommand)
      return { executions: running.map((name) => ({ name, executionArn: name })) };
    if ('cause' in command.input) stopped.push(command.input);
    return {};
  };
  const findJson = async () => {
    const cause = s3.shift();
    if (cause) throw new StoreUnavailableError('read', 'control.json', { cause });
  };
  const context: DeployedContext = {
    startContext: () => ({
      machines: { send } as unknown as SFNClient,
      alias: aliases().live,
      newest: aliases().live,
      candidate: {} as FunctionVersion,
      clock,
      objects: { findJson, putJson: async () => {} } as unknown as Objects,
    }),
    onError: (message, { name }) => logged.push(`${message}: ${name}`),
    wait: async (seconds) => waits.push(seconds),
  };
  return { context, stopped, waits, logged };
}

const STARTED = { data: { Outcome: 'rollout started' } };

describe('a role that IAM does not know everywhere yet', () => {
  test('is tried again until it may, by Step Functions and by S3', async () => {
    const { context, waits } = place({ states: [denied, denied], s3: [named('AccessDenied')] });
    expect(await deployed(CREATE, context)).toEqual(STARTED);
    expect(waits).toEqual([5, 5, 5]);
  });

  test('fails the deployment after a minute', async () => {
    const { context, waits, logged } = place({ states: Array.from({ length: 99 }, () => denied) });
    expect(await deployed(CREATE, context)).toEqual({
      failure: 'AccessDeniedException: not authorized to perform this action',
    });
    expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBe(60);
    expect(logged).toEqual(['starting the rollout failed: AccessDeniedException']);
  });

  test('another error fails it at once', async () => {
    const { context, waits } = place({ states: [throttled] });
    expect(await deployed(CREATE, context)).toEqual({
      failure: 'ThrottlingException: not authorized to perform this action',
    });
    expect(waits).toEqual([]);
  });
});

describe('a deployment that is undone or deleted', () => {
  test.each([
    ['undone', UNDO],
    ['deleted', DELETE],
  ])('%s: it succeeds although Step Functions fails, and logs the error', async (_, event) => {
    const { context, logged } = place({ states: [throttled] });
    expect(await deployed(event, context)).toEqual({ data: { Outcome: 'failed, see the log' } });
    expect(logged).toEqual([
      'a deleted or undone deployment goes on without the end of its rollout: ThrottlingException',
    ]);
  });

  test('deleting stops the running executions, which would keep the state machine', async () => {
    const { context, stopped } = place({ running: ['a', 'b'] });
    expect(await deployed(DELETE, context)).toEqual({ data: { Outcome: 'rollouts stopped' } });
    const end = { error: 'Superseded', cause: 'the endpoint is deleted' };
    expect(stopped).toEqual([
      { executionArn: 'a', ...end },
      { executionArn: 'b', ...end },
    ]);
  });
});

describe('a controller that fails', () => {
  const state = { candidate: '2' } as Parameters<typeof abandon>[0]['state'];
  const note = { by: 'rollout', at: NOW.toISOString() };

  test('withdraws the share of the candidate, and says where traffic goes', async () => {
    const { live } = aliases();
    await live.move(await live.read(), { version: '1', candidate: { version: '2', percent: 10 } }, note);
    expect(await abandon({ state }, { alias: live, clock })).toEqual({
      cause:
        'The tick failed again and again; version 2 receives no live traffic (version 1: 100 %). ' +
        'See the log of the rollout function.',
    });
    expect((await live.read()).routing).toEqual({ version: '1' });
  });

  test('leaves a candidate that has all traffic, and says so', async () => {
    const { live } = aliases();
    await live.move(await live.read(), { version: '2' }, note);
    expect((await abandon({ state }, { alias: live, clock })).cause).toContain(
      'version 2 keeps all traffic, and no rollout observes it',
    );
    expect((await live.read()).routing).toEqual({ version: '2' });
  });
});

describe('a function that was replaced', () => {
  const former = { ...ResourceProperties, FunctionName: 'former', Version: '7' };
  const present = { ...ResourceProperties, Version: '1' };

  /** An update from one function to another, with a candidate that fails its golden pictures. */
  function replaced(from: object, to: object) {
    const { context, logged } = place();
    const start = context.startContext(ResourceProperties);
    const golden = jest.fn(async () => ({ ok: false, failure: 'broken' }));
    const candidate = { golden } as unknown as FunctionVersion;
    const event = eventOf({ RequestType: 'Update', ResourceProperties: to, OldResourceProperties: from });
    const outcome = deployed(event, { ...context, startContext: () => ({ ...start, candidate }) });
    return { outcome, golden, logged };
  }

  test('is a first version: its golden gate decides, although its number is smaller', async () => {
    const { outcome, golden } = replaced(former, present);
    expect(await outcome).toEqual({ failure: expect.stringContaining('does not pass its golden gate') });
    expect(golden).toHaveBeenCalled();
  });

  test('comes back when CloudFormation undoes the deployment: its version starts no rollout', async () => {
    const { outcome, golden } = replaced(present, former);
    expect(await outcome).toEqual({ data: { Outcome: 'deployment undone' } });
    expect(golden).not.toHaveBeenCalled();
  });
});
