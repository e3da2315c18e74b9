/** The emulated Step Functions refuse more data than Step Functions. */

import { Clock } from '../../../local/clock.ts';
import type { Lambda } from '../../../local/lambda/invoker.ts';
import type { ServiceResponse } from '../../../local/protocol/service.ts';
import { statesApi } from '../../../local/states/api.ts';
import { Database } from '../../../local/storage/database.ts';
import { machinesOf } from './state-machines.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:cars';
const DEFINITION = JSON.stringify({
  StartAt: 'Tick',
  States: {
    Tick: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:tick',
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 3 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      End: true,
    },
    Caught: { Type: 'Succeed' },
  },
});

/** An API with one machine, whose task answers with a text of so many bytes. */
function statesWith(bytes: number) {
  let invocations = 0;
  const lambda = {
    invoke: async () => {
      invocations += 1;
      return { failed: false, payload: JSON.stringify('a'.repeat(bytes - 2)) };
    },
  } as unknown as Lambda;
  const machines = machinesOf({ lambda, clock: new Clock(1000) });
  machines.define(MACHINE, DEFINITION);
  const api = statesApi(machines);
  const send = async (operation: string, input: object): Promise<ServiceResponse> =>
    api({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
  return { send, machines, invocations: () => invocations };
}

async function ended(states: ReturnType<typeof statesWith>, input: string) {
  const { body } = await states.send('StartExecution', { stateMachineArn: MACHINE, name: 'one', input });
  const { executionArn } = JSON.parse(String(body));
  for (;;) {
    const execution = states.machines.execution(executionArn);
    if (execution.status !== 'RUNNING') return execution;
    await new Promise(setImmediate);
  }
}

test('262,144 bytes are allowed', async () => {
  const input = JSON.stringify('a'.repeat(262_142));
  expect(await ended(statesWith(262_144), input)).toMatchObject({ status: 'SUCCEEDED' });
});

test('one byte more in an output ends the execution: States.ALL neither retries nor catches it', async () => {
  const states = statesWith(262_145);
  expect(await ended(states, '{}')).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  expect(states.invocations()).toBe(1);
});

test('one byte more in the input of an execution is refused', async () => {
  const input = JSON.stringify('✓'.repeat(87_381));
  expect(Buffer.byteLength(input)).toBe(262_145);
  const { status, body } = await statesWith(2).send('StartExecution', { stateMachineArn: MACHINE, input });
  expect([status, JSON.parse(String(body))]).toMatchObject([400, { __type: 'ValidationException' }]);
});

test('an execution fails whose history has more than 25,000 entries, also after a restart', async () => {
  const database = new Database();
  const arn = 'arn:aws:states:us-east-1:000000000000:execution:cars:long';
  const about = { arn, machineArn: MACHINE, name: 'long', input: '{}', startedAt: '2026-11-26T10:00:00Z' };
  database.table<object>('executions').put(arn, { ...about, status: 'RUNNING', events: 24_900 });
  let calls = 0;
  const invoke = async () => {
    calls += 1;
    // One retry in each turn.
    if (calls % 2 === 1) return { failed: true, payload: JSON.stringify({ errorType: 'Crash' }) };
    return { failed: false, payload: '{}' };
  };
  const machines = machinesOf({ lambda: { invoke } as never, clock: new Clock(1e9), database });
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 3 }];
  const Choices = [{ Variable: '$.end', IsPresent: true, Next: 'End' }];
  const States = {
    Turn: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:turn', Retry, Next: 'Again' },
    Again: { Type: 'Choice', Choices, Default: 'Turn' },
    End: { Type: 'Succeed' },
  };
  machines.define(MACHINE, JSON.stringify({ StartAt: 'Turn', States }));
  const execution = machines.execution(arn);
  while (execution.status === 'RUNNING') await new Promise(setImmediate);
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
  // Ten entries for a turn: five of the task, three of its retry, two of the choice.
  expect(calls).toBeGreaterThanOrEqual(20);
  expect(calls).toBeLessThanOrEqual(24);
});
