/** State machines that log the errors of their executions. */

import { Fn, Stack, Validations } from 'aws-cdk-lib';
import { DefinitionBody, type IChainable, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ResolvedDeployment } from './check-config.ts';
import { logGroup } from './service-function.ts';

/** Input of a state machine. */
export interface StateMachineProps {
  readonly deployment: ResolvedDeployment;
  readonly comment: string;
  readonly definition: IChainable;
  /** Between the stack's name and its unique part in the name of the log group. Default: nothing. */
  readonly log?: string;
  /** Why errors are enough in the log. */
  readonly onlyErrors: string;
}

/** Makes the state machine `Machine` of a construct, and its log group `MachineLog`. */
export function stateMachine(scope: Construct, props: StateMachineProps): StateMachine {
  const { deployment, comment, definition, log, onlyErrors } = props;
  const machine = new StateMachine(scope, 'Machine', {
    comment,
    definitionBody: DefinitionBody.fromChainable(definition),
    tracingEnabled: deployment.tracing,
    logs: {
      destination: logGroup(scope, 'MachineLog', deployment.logRetentionDays, logName(scope, log)),
      level: LogLevel.ERROR,
      includeExecutionData: true,
    },
  });
  Validations.of(machine).acknowledge({ id: 'AwsSolutions-SF1', reason: onlyErrors });
  if (!deployment.tracing)
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF2',
      reason: 'The settings of this deployment say so.',
    });
  return machine;
}

/**
 * In `/aws/vendedlogs/`, because Step Functions adds every other group to one resource policy of the account, which may
 * have 5,120 characters. The id of the stack makes the name unique: the group of a deleted stack stays.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
function logName(scope: Construct, log?: string): string {
  const { stackName, stackId } = Stack.of(scope);
  const name = log === undefined ? stackName : `${stackName}-${log}`;
  return `/aws/vendedlogs/states/${name}-${Fn.select(2, Fn.split('/', stackId))}`;
}
