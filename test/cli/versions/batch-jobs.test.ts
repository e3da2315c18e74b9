/** The versions that batch jobs use: those that run, and those that can be resumed. */

import { SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { batchJobs } from '../../../cli/versions/batch-jobs.ts';
import type { EndpointClients } from '../../../functions/standing/clients.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:cars';
const NOW = new Date('2026-11-26T12:00:00Z');

interface FakeJob {
  readonly name: string;
  readonly status: string;
  readonly input: string;
  readonly stopDate?: Date;
  readonly redriveStatus?: string;
}

/** Two executions a page. Records whose input was read. */
function clientsWith(jobs: readonly FakeJob[]) {
  const described: string[] = [];
  const send = async ({
    input,
  }: {
    input: { stateMachineArn?: string; executionArn?: string; nextToken?: string };
  }) => {
    if (input.executionArn !== undefined) {
      described.push(input.executionArn);
      return jobs.find(({ name }) => name === input.executionArn);
    }
    expect(input.stateMachineArn).toBe(MACHINE);
    const start = Number(input.nextToken ?? 0);
    const page = jobs.slice(start, start + 2).map((job) => ({ ...job, executionArn: job.name, input: undefined }));
    return { executions: page, ...(start + 2 < jobs.length && { nextToken: String(start + 2) }) };
  };
  const machines = Object.assign(new SFNClient({ region: 'us-east-1' }), { send });
  return { clients: { machines } as Pick<EndpointClients, 'machines'>, described };
}

const job = (name: string, status: string, more: Partial<FakeJob> = {}): FakeJob => {
  const version = name.split('-v')[1];
  return { name, status, input: JSON.stringify({ job: name, version }), redriveStatus: 'REDRIVABLE', ...more };
};

const yesterday = new Date('2026-11-25T12:00:00Z');
const longAgo = new Date('2026-11-12T11:00:00Z');

test('jobs that run, and those that have not succeeded in the last two weeks, in all pages', async () => {
  const { clients, described } = clientsWith([
    job('a-v1', 'RUNNING'),
    job('b-v2', 'SUCCEEDED', { stopDate: yesterday }),
    job('c-v3', 'FAILED', { stopDate: yesterday }),
    job('d-v4', 'ABORTED', { stopDate: longAgo }),
    job('e-v5', 'ABORTED', { stopDate: yesterday }),
    job('f-v6', 'TIMED_OUT', { stopDate: yesterday }),
    job('g-v7', 'FAILED', { stopDate: yesterday, redriveStatus: 'NOT_REDRIVABLE' }),
    job('h-v8', 'PENDING_REDRIVE'),
  ]);
  expect(await batchJobs(clients, MACHINE, NOW)).toEqual([
    { name: 'a-v1', version: '1', isRunning: true },
    { name: 'c-v3', version: '3', isRunning: false },
    { name: 'e-v5', version: '5', isRunning: false },
    { name: 'f-v6', version: '6', isRunning: false },
    { name: 'h-v8', version: '8', isRunning: true },
  ]);
  expect(described).toEqual(['a-v1', 'c-v3', 'e-v5', 'f-v6', 'g-v7', 'h-v8']);
});

test('a job that was resumed and has ended meanwhile is read anew', async () => {
  const { clients } = clientsWith([job('a-v1', 'FAILED', { stopDate: yesterday })]);
  const { machines } = clients;
  const send = machines.send.bind(machines) as (command: object) => Promise<object>;
  Object.assign(machines, {
    send: async (command: { input: { executionArn?: string } }) => {
      const found = await send(command);
      return command.input.executionArn === undefined ? found : { ...found, status: 'RUNNING' };
    },
  });
  expect(await batchJobs(clients, MACHINE, NOW)).toEqual([{ name: 'a-v1', version: '1', isRunning: true }]);
});

test('an execution whose input names no version, as one that was started by hand, keeps none', async () => {
  const { clients } = clientsWith([job('a-v1', 'RUNNING', { input: '{}' })]);
  expect(await batchJobs(clients, MACHINE, NOW)).toEqual([]);
});

test('an endpoint without batch jobs has no machine; an error of Step Functions deletes nothing', async () => {
  const { clients } = clientsWith([]);
  expect(await batchJobs(clients, undefined, NOW)).toEqual([]);
  const error = new StateMachineDoesNotExist({ message: 'State Machine Does Not Exist', $metadata: {} });
  Object.assign(clients.machines, { send: () => Promise.reject(error) });
  await expect(batchJobs(clients, MACHINE, NOW)).rejects.toThrow('State Machine Does Not Exist');
});
