/** `batch stop` and `batch resume`. */

import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { commandLine } from '../../rollout/command-line.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedBatch } from '../deployed-batch.ts';
import { BatchRefusedError } from '../exit-codes.ts';
import { readJob } from '../job.ts';

interface JobOptions {
  readonly job?: string;
  readonly json?: boolean;
}

/** @throws BatchRefusedError */
export async function stopCommand(
  deployed: DeployedBatch,
  { job: name, json }: JobOptions,
  terminal: Terminal,
): Promise<void> {
  const { arn, job, phase } = await readJob(deployed, name);
  if (phase !== 'running')
    throw new BatchRefusedError(`Expected a job that runs, received ${job.job}, which is ${phase}`);
  await deployed.machines.send(new StopExecutionCommand({ executionArn: arn, cause: 'npm run batch -- stop' }));
  const again = commandLine('batch', `resume ${deployed.endpoint} --job ${job.job}`, deployed.given);
  terminal.print(json ? JSON.stringify({ job: job.job, stopped: true }) : `Stopped ${job.job}; go on with ${again}`);
}

/**
 * Runs the children that have not succeeded again. What they had stored is skipped.
 * @throws BatchRefusedError
 */
export async function resumeCommand(
  deployed: DeployedBatch,
  { job: name, json }: JobOptions,
  terminal: Terminal,
): Promise<void> {
  const { arn, job, phase } = await readJob(deployed, name);
  if (phase === 'running' || phase === 'done') {
    const remedy = phase === 'done' ? '; start it again for pictures that failed or are new: others are skipped' : '';
    throw new BatchRefusedError(
      `Expected a job that was stopped or has failed, received ${job.job}, which is ${phase}${remedy}`,
    );
  }
  await redrive(deployed, arn);
  const watch = commandLine('batch', `watch ${deployed.endpoint} --job ${job.job}`, deployed.given);
  terminal.print(
    json ? JSON.stringify({ job: job.job, resumed: true }) : `Resumed ${job.job}: follow it with ${watch}`,
  );
}

/** @param arn of the job's execution @throws BatchRefusedError where too much time has passed */
export async function redrive({ machines }: DeployedBatch, arn: string): Promise<void> {
  await machines.send(new RedriveExecutionCommand({ executionArn: arn })).catch((error: Error) => {
    if (error.name !== 'ExecutionNotRedrivable') throw error;
    throw new BatchRefusedError(`${error.message}. Start the job again: pictures that are stored are skipped`);
  });
}
