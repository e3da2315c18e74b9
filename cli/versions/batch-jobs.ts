/** The batch jobs of an endpoint that invoke a version, now or after a `resume`. */

import { DescribeExecutionCommand, type ExecutionListItem, paginateListExecutions } from '@aws-sdk/client-sfn';
import type { BatchJob } from '../../functions/batch-contract.ts';
import type { EndpointClients } from '../../functions/standing/clients.ts';
import type { JobUse } from './plan.ts';

/** Step Functions redrives an execution so long after its end. */
const REDRIVABLE_MS = 14 * 86_400_000;

/**
 * Reads the executions of the machine, in all pages. Errors are those of the SDK.
 * @param machine ARN; undefined: the endpoint runs no batch jobs
 */
export async function batchJobs(
  { machines }: Pick<EndpointClients, 'machines'>,
  machine: string | undefined,
  now: Date,
): Promise<JobUse[]> {
  if (machine === undefined) return [];
  const jobs: JobUse[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client: machines }, { stateMachineArn: machine })) {
    for (const execution of executions) {
      const job = canInvoke(execution, now) && (await readJob(machines, execution));
      if (job) jobs.push(job);
    }
  }
  return jobs;
}

function canInvoke({ status, stopDate }: ExecutionListItem, now: Date): boolean {
  if (status === 'SUCCEEDED') return false;
  return stopDate === undefined || Number(now) - Number(stopDate) <= REDRIVABLE_MS;
}

/** The name says the version, too, but anyone can start an execution with another name. */
async function readJob(
  machines: EndpointClients['machines'],
  { executionArn }: ExecutionListItem,
): Promise<JobUse | undefined> {
  const found = await machines.send(new DescribeExecutionCommand({ executionArn }));
  const { name = '', input = '{}', status, redriveStatus } = found;
  const isRunning = status === 'RUNNING' || status === 'PENDING_REDRIVE';
  if (!isRunning && redriveStatus === 'NOT_REDRIVABLE') return undefined;
  const { version } = JSON.parse(input) as Partial<BatchJob>;
  return version === undefined ? undefined : { name, version, isRunning };
}
