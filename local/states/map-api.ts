/** Step Functions' operations on map runs. */

import { type Operation, ServiceError } from '../protocol/json-service.ts';
import type { OperationName } from '../protocol/operations.ts';
import type { StateMachines } from './executions.ts';
import { countsOf, type MapRun } from './map-run.ts';

type MapOperation = Extract<OperationName<'states'>, `${string}MapRun${string}`>;

/** Answers them. @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export function mapRunOperations(machines: StateMachines): Record<MapOperation, Operation> {
  const { maps } = machines;
  return {
    ListMapRuns: ({ executionArn, maxResults = 100, nextToken = '0' }) => {
      machines.execution(String(executionArn));
      const all = maps.list(String(executionArn));
      const [start, count] = [Number(nextToken), Number(maxResults) || 100];
      const more = start + count < all.length ? { nextToken: String(start + count) } : {};
      return { mapRuns: all.slice(start, start + count).map(summary), ...more };
    },
    DescribeMapRun: ({ mapRunArn }) => {
      const { run, children } = maps.find(String(mapRunArn));
      const { status, maxConcurrency, toleratedFailurePercentage, redriveCount, redrivenAt } = run;
      const { stateMachineArn: _, ...about } = summary(run);
      return {
        ...about,
        ...{ status, maxConcurrency, toleratedFailurePercentage, toleratedFailureCount: 0, redriveCount },
        ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
        executionCounts: countsOf(run, children, () => 1),
        itemCounts: countsOf(run, children, ({ items }) => items),
      };
    },
    UpdateMapRun: ({ mapRunArn, maxConcurrency, toleratedFailurePercentage, toleratedFailureCount }) => {
      if (toleratedFailureCount !== undefined)
        throw new ServiceError('ValidationException', 'toleratedFailureCount is not supported by the emulator');
      maps.update(String(mapRunArn), {
        ...(maxConcurrency !== undefined && { maxConcurrency: inRange('maxConcurrency', maxConcurrency, Infinity) }),
        ...(toleratedFailurePercentage !== undefined && {
          toleratedFailurePercentage: inRange('toleratedFailurePercentage', toleratedFailurePercentage, 100),
        }),
      });
      return {};
    },
  };
}

function inRange(field: string, value: unknown, most: number): number {
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  const message = `Value '${value}' at '${field}' failed to satisfy constraint: 0 to ${most}`;
  throw new ServiceError('ValidationException', `1 validation error detected: ${message}`);
}

function summary({ arn, executionArn, machineArn, label, startedAt, stoppedAt }: MapRun) {
  return {
    mapRunArn: arn,
    executionArn,
    stateMachineArn: `${machineArn}/${label}`,
    startDate: seconds(startedAt),
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
  };
}

const seconds = (iso: string) => Date.parse(iso) / 1000;
