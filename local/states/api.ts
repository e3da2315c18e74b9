/**
 * Step Functions' API, as far as functions and commands call it.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */

import { jsonService, type Operation, ServiceError } from '../protocol/json-service.ts';
import type { OperationName } from '../protocol/operations.ts';
import type { Service } from '../protocol/service.ts';
import type { Execution } from './execution.ts';
import type { StateMachines } from './executions.ts';
import { mapRunOperations } from './map-api.ts';
import { MOST_BYTES } from './task-error.ts';

/** Answers Step Functions' operations on executions and map runs. */
export function statesApi(machines: StateMachines): Service {
  const operations: Record<OperationName<'states'>, Operation> = {
    StartExecution: ({ stateMachineArn, input, name }) => {
      checkInput(input);
      const started = machines.start(String(stateMachineArn), input as string | undefined, name as string | undefined);
      return { executionArn: started.arn, startDate: seconds(started.startedAt) };
    },
    StopExecution: ({ executionArn, error, cause }) => {
      const stopped = machines.stop(String(executionArn), error as string | undefined, cause as string | undefined);
      return { stopDate: seconds(stopped.stoppedAt ?? stopped.startedAt) };
    },
    DescribeExecution: ({ executionArn }) => {
      const execution = machines.execution(String(executionArn));
      const { input, output, error, cause } = execution;
      const reason = machines.whyNotRedrivable(execution);
      const redrive = reason ? { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason } : REDRIVABLE;
      return { ...summary(execution), ...redrive, input, output, error, cause };
    },
    RedriveExecution: ({ executionArn }) => ({ redriveDate: seconds(machines.redrive(String(executionArn))) }),
    ...mapRunOperations(machines),
    ListExecutions: ({ stateMachineArn, statusFilter, maxResults = 100, nextToken = '0' }) => {
      const all = machines.list(String(stateMachineArn), statusFilter as string | undefined);
      const [start, count] = [Number(nextToken), Number(maxResults) || 100];
      const more = start + count < all.length ? { nextToken: String(start + count) } : {};
      return { executions: all.slice(start, start + count).map(summary), ...more };
    },
  };
  return jsonService('states', operations);
}

const REDRIVABLE = { redriveStatus: 'REDRIVABLE' } as const;

function summary({ arn, machineArn, name, status, startedAt, stoppedAt, redriveCount = 0 }: Execution): object {
  const stop = stoppedAt ? { stopDate: seconds(stoppedAt) } : {};
  const dates = { startDate: seconds(startedAt), ...stop, redriveCount };
  return { executionArn: arn, stateMachineArn: machineArn, name, status, ...dates };
}

function checkInput(input: unknown): void {
  if (Buffer.byteLength(String(input ?? '')) > MOST_BYTES) {
    const constraint = `Member must have length less than or equal to ${MOST_BYTES}`;
    const message = `1 validation error detected: Value at 'input' failed to satisfy constraint: ${constraint}`;
    throw new ServiceError('ValidationException', message);
  }
  try {
    JSON.parse(String(input ?? '{}'));
  } catch (cause) {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: ${cause}`, { cause });
  }
}

const seconds = (date: Date) => date.getTime() / 1000;
