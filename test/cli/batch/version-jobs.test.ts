/** A comparison uses the jobs that are there, and starts or resumes what is missing. */

import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { compareCommand } from '../../../cli/batch/commands/compare.ts';
import { runVersionJob, versionJob, versionJobInWords } from '../../../cli/batch/compare/version-jobs.ts';
import type { DeployedBatch } from '../../../cli/batch/deployed-batch.ts';
import type { BatchJob } from '../../../functions/batch-contract.ts';
import { reading } from './compared-jobs.ts';

const STARTED = new Date('2026-11-26T10:00:00Z');
const PINNED = { version: '2', timeoutSeconds: 29, memoryMb: 1769, arch: 'arm64' } as const;
const SOURCE = { source: 'list', bucket: 'photos', key: 'in/' } as const;

interface FakeJob {
  readonly job: Partial<BatchJob>;
  readonly status?: string;
}

/** Step Functions with these jobs, newest first. Jobs that are started or resumed end at once. */
function machinesWith(jobs: readonly FakeJob[], ends = 'SUCCEEDED') {
  const sent: string[] = [];
  const inputs = new Map(jobs.map(({ job, status }) => [job.job ?? '', { job, status: status ?? 'SUCCEEDED' }]));
  const nameOf = (arn = '') => arn.split(':').at(-1) ?? '';
  const send = async (command: unknown): Promise<object> => {
    if (command instanceof ListExecutionsCommand)
      return { executions: jobs.map(({ job: { job } }) => ({ name: job })) };
    if (command instanceof StartExecutionCommand) {
      const job = JSON.parse(command.input.input ?? '') as BatchJob;
      sent.push(`start version ${job.version} over ${job.key}`);
      inputs.set(job.job, { job, status: ends });
    }
    if (command instanceof RedriveExecutionCommand) {
      const name = nameOf(command.input.executionArn);
      sent.push(`resume ${name}`);
      inputs.set(name, { job: inputs.get(name)?.job ?? {}, status: ends });
    }
    if (!(command instanceof DescribeExecutionCommand)) return {};
    const { job, status } = inputs.get(nameOf(command.input.executionArn)) ?? {};
    return { input: JSON.stringify(job), status, startDate: STARTED };
  };
  return { machines: { send }, sent };
}

function deployedWith(jobs: readonly FakeJob[], ends?: string): { deployed: DeployedBatch; sent: readonly string[] } {
  const { machines, sent } = machinesWith(jobs, ends);
  const answer = { function_version: '2', lines: [{ id: 'a', key: 'a', status: 'done', ms: 50 }] };
  const lambda = { send: async () => ({ Payload: new TextEncoder().encode(JSON.stringify(answer)) }) };
  const batchMachine = 'arn:aws:states:us-east-1:000000000000:stateMachine:cars';
  const deployed = { machines, lambda, batchMachine, endpoint: 'cars', functionName: 'Cars', mostConcurrency: 5 };
  return { deployed: deployed as unknown as DeployedBatch, sent };
}

const BEFORE = new Date('2026-11-26T09:59:59Z');
const terminal = { note: () => {} };

function sourceWith(newest?: Date, options = {}) {
  const counted = { pictures: 1, requests: { lists: 1, gets: 0 }, sample: [{ Key: 'a' }], ...(newest && { newest }) };
  return { source: SOURCE, counted, options: { tolerate: 1, ...options } };
}

const job = (name: string, changes: Partial<BatchJob> = {}): Partial<BatchJob> => ({
  ...{ ...reading('2').job, job: name, version: name.split('-v')[1] ?? '' },
  ...changes,
});

test('the newest job of the version over the same pictures is used, and nothing is started', async () => {
  const { deployed, sent } = deployedWith([
    { job: job('d-v1') },
    { job: job('c-v2', { key: 'other/' }) },
    { job: job('b-v2', { limit: 10 }) },
    { job: job('a-v2') },
  ]);
  const found = await versionJob(deployed, PINNED, sourceWith(BEFORE));
  expect(found).toMatchObject({ kind: 'use', reading: { job: { job: 'a-v2' } } });
  expect(versionJobInWords(found)).toContain('Version 2 has the results of a-v2: done');
  expect(await runVersionJob(deployed, found, terminal)).toMatchObject({ phase: 'done', job: { job: 'a-v2' } });
  expect(sent).toEqual([]);
});

test.each([
  ['a picture of the second in which the job started', STARTED],
  ['a newer picture', new Date('2026-11-26T11:00:00Z')],
  ['pictures without a time', undefined],
])('with %s, a new job answers what is not stored yet', async (_, newest) => {
  const { deployed, sent } = deployedWith([{ job: job('a-v2') }]);
  const found = await versionJob(deployed, PINNED, sourceWith(newest));
  expect(versionJobInWords(found)).toContain('1 pictures by version 2');
  expect(await runVersionJob(deployed, found, terminal)).toMatchObject({ phase: 'done' });
  expect(sent).toEqual(['start version 2 over in/']);
});

test.each(['ABORTED', 'FAILED'])('a job that is %s is resumed', async (status) => {
  const { deployed, sent } = deployedWith([{ job: job('a-v2'), status }]);
  const found = await versionJob(deployed, PINNED, sourceWith(BEFORE));
  expect(versionJobInWords(found)).toContain('Version 2 resumes a-v2');
  await runVersionJob(deployed, found, terminal);
  expect(sent).toEqual(['resume a-v2']);
});

test('a job that runs is waited for', async () => {
  const { deployed } = deployedWith([{ job: job('a-v2'), status: 'RUNNING' }]);
  const found = await versionJob(deployed, PINNED, sourceWith(BEFORE));
  expect(found.kind).toBe('wait');
  expect(versionJobInWords(found)).toContain('Version 2 waits for a-v2: running');
});

test('a job that fails ends the command with its exit code, and the same command resumes it', async () => {
  const { deployed } = deployedWith([{ job: job('a-v2'), status: 'ABORTED' }], 'FAILED');
  const found = await versionJob(deployed, PINNED, sourceWith(BEFORE));
  await expect(runVersionJob(deployed, found, terminal)).rejects.toMatchObject({
    message: 'Expected a-v2 to end as done, received failed: the same command resumes it',
    exitCode: 15,
  });
});

test('one version under two names is refused', async () => {
  const alias = { read: async () => ({ routing: { version: '3' } }) };
  const lambda = { send: async () => ({ Timeout: 29, MemorySize: 1769 }) };
  const deployed = { live: alias, newest: alias, lambda, functionName: 'Cars' } as unknown as DeployedBatch;
  const options = { from: 's3://photos/in/', baseline: 'live', candidate: 'candidate', tolerate: 1 };
  await expect(compareCommand(deployed, options, terminal as never)).rejects.toThrow(
    'Expected two versions, received version 3 for both: --baseline live and --candidate candidate',
  );
});
