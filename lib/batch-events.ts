/** Announces the starts and ends of an endpoint's batch jobs to the queue of events. */

import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** Input of the rule. */
export interface BatchEventsProps {
  readonly endpoint: string;
  readonly machine: StateMachine;
  /** The queue of events, whose policy allows rules of this stack. */
  readonly queue: IQueue;
}

export class BatchEvents extends Construct {
  constructor(scope: Construct, id: string, { endpoint, machine, queue }: BatchEventsProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: `Batch jobs of ${endpoint}`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        // Not those of the children: their machine has the name of the map, too.
        detail: { stateMachineArn: [machine.stateMachineArn] },
      },
      // By ARN, so that the policy of the queue, in the stack of the platform, does not depend on this stack.
      targets: [new SqsQueue(Queue.fromQueueArn(this, 'Queue', queue.queueArn))],
    });
  }
}
