import { DescribeExecutionCommand, type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Execution } from '../records/execution.ts';
import type { EndpointClients } from './clients.ts';

/** An execution of the endpoint's state machine: one rollout, or a part of a long one. */
export interface RolloutExecution {
  /** `v7-…`; the parts of a long rollout are `v7-….2` and so on. */
  readonly name: string;
  /** The candidate. */
  readonly version: string;
  /** The live version when it began. */
  readonly stable: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  readonly error?: string;
  readonly cause?: string;
  /** Its input. */
  readonly input: Execution;
}

/** The running rollout, or else the last one. Undefined: there was none within the history of Step Functions. */
export async function lastExecution(clients: EndpointClients): Promise<RolloutExecution | undefined> {
  const { machines, machine, functionName } = clients;
  const command = new ListExecutionsCommand({ stateMachineArn: machine, maxResults: 10 });
  // The latest come first.
  const { executions = [] } = await machines.send(command);
  const chosen = executions.find(({ status }) => status === 'RUNNING') ?? executions[0];
  const last = chosen && (await describe(machines, chosen));
  // Because a function can be replaced while its state machine stays.
  return last?.input.functionName === functionName ? last : undefined;
}

async function describe(
  machines: EndpointClients['machines'],
  { executionArn }: ExecutionListItem,
): Promise<RolloutExecution> {
  const found = await machines.send(new DescribeExecutionCommand({ executionArn }));
  const { name = '', status, error, cause, input = '{}' } = found;
  const begun = JSON.parse(input) as Execution;
  return {
    name,
    version: begun.state.candidate,
    stable: begun.state.live,
    status: status === 'PENDING_REDRIVE' || status === undefined ? 'FAILED' : status,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    input: begun,
  };
}
