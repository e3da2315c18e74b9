import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../account.ts';
import type { Execution } from './execution.ts';

/**
 * The event that Step Functions sends to EventBridge when an execution starts or ends.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusChange(execution: Execution): object {
  const { arn, machineArn, name, status, startedAt, stoppedAt, redriveCount = 0 } = execution;
  const { input, output = null, error = null, cause = null } = execution;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: ACCOUNT,
    time: (stoppedAt ?? startedAt).toISOString().replace(/\.\d{3}/, ''),
    region: REGION,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machineArn,
      name,
      status,
      startDate: startedAt.getTime(),
      stopDate: stoppedAt ? stoppedAt.getTime() : null,
      input,
      inputDetails: { included: true },
      output,
      outputDetails: output === null ? null : { included: true },
      error,
      cause,
      redriveCount,
      redriveDate: null,
      redriveStatus: status === 'RUNNING' || status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    },
  };
}
