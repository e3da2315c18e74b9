/** Reads a job: its execution, and its map run. */

import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn';
import type { BatchJob } from '../../functions/batch-contract.ts';
import { commandLine } from '../rollout/command-line.ts';
import type { DeployedBatch } from './deployed-batch.ts';
import { BatchRefusedError } from './exit-codes.ts';

export type JobPhase = 'running' | 'done' | 'stopped' | 'failed';

/** Counts of pictures. */
export interface JobCounts {
  readonly total: number;
  /** Answered or rejected. */
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  readonly pending: number;
}

/** A job as it stands. */
export interface JobReading {
  readonly arn: string;
  readonly job: BatchJob;
  readonly phase: JobPhase;
  readonly startedAt: Date;
  readonly stoppedAt?: Date;
  /** Error and cause of an execution that failed. */
  readonly failure?: string;
  /** Absent: nothing is listed yet. */
  readonly counts?: JobCounts;
  /** ARN of its newest map run. Absent: none has started. */
  readonly mapRun?: string;
  readonly redrives: number;
}

const PHASES: Readonly<Record<string, JobPhase>> = { RUNNING: 'running', SUCCEEDED: 'done', ABORTED: 'stopped' };

/** @param name default: the newest job @throws BatchRefusedError */
export async function readJob(deployed: DeployedBatch, name?: string): Promise<JobReading> {
  const { machines } = deployed;
  const executionArn = name === undefined ? await newestJob(deployed) : arnOf(deployed, name);
  const execution = await machines.send(new DescribeExecutionCommand({ executionArn })).catch((error: unknown) => {
    if (error instanceof ExecutionDoesNotExist) throw noJob(deployed, name);
    throw error;
  });
  const { input = '{}', status = '', startDate, stopDate, error, cause, redriveCount = 0 } = execution;
  const { mapRuns: [newest] = [] } = await machines.send(new ListMapRunsCommand({ executionArn }));
  const mapRun = newest?.mapRunArn;
  const counts = mapRun === undefined ? undefined : await countsOf(deployed, mapRun);
  return {
    arn: executionArn,
    job: JSON.parse(input) as BatchJob,
    phase: PHASES[status] ?? 'failed',
    startedAt: startDate ?? new Date(0),
    ...(stopDate && { stoppedAt: stopDate }),
    ...(error && { failure: `${error}: ${cause ?? ''}` }),
    ...(counts && { counts }),
    ...(mapRun !== undefined && { mapRun }),
    redrives: redriveCount,
  };
}

/** Names of the jobs, newest first. */
export async function jobNames({ machines, batchMachine }: DeployedBatch, most = 20): Promise<string[]> {
  const { executions = [] } = await machines.send(
    new ListExecutionsCommand({ stateMachineArn: batchMachine, maxResults: most }),
  );
  return executions.map(({ name = '' }) => name);
}

async function newestJob(deployed: DeployedBatch): Promise<string> {
  const [newest] = await jobNames(deployed, 1);
  if (newest === undefined) throw noJob(deployed);
  return arnOf(deployed, newest);
}

function noJob({ endpoint, given }: DeployedBatch, name?: string): BatchRefusedError {
  const wanted = name === undefined ? 'a batch job' : `a batch job ${name}`;
  const start = commandLine('batch', `start ${endpoint}`, given);
  return new BatchRefusedError(`Expected ${wanted} of ${endpoint}, received none: ${start}`);
}

function arnOf({ batchMachine }: DeployedBatch, name: string): string {
  return `${batchMachine.replace(':stateMachine:', ':execution:')}:${name}`;
}

async function countsOf({ machines }: DeployedBatch, mapRunArn: string): Promise<JobCounts | undefined> {
  const { itemCounts } = await machines.send(new DescribeMapRunCommand({ mapRunArn }));
  if (!itemCounts) return undefined;
  const { total = 0, succeeded = 0, running = 0, failed = 0, timedOut = 0, aborted = 0, pending = 0 } = itemCounts;
  return { total, done: succeeded, running, failed: failed + timedOut + aborted, pending };
}
