/** Alarms of the events of a deployment. */

import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { Events } from './events.ts';
import type { Webhooks } from './webhooks.ts';

/** The parts that the alarms observe. */
export interface EventAlarmsProps {
  readonly events: Events;
  /** Absent: no destinations. */
  readonly webhooks?: Webhooks;
  /** Without it alarms show in the console only. */
  readonly topic?: ITopic;
}

export class EventAlarms extends Alarms {
  constructor(scope: Construct, id: string, { events, webhooks, topic }: EventAlarmsProps) {
    const notOnBus =
      'Events were given up before they were on the bus. Find the cause in the log of the events function, then: ' +
      'npm run events -- redrive bus.';
    const undelivered = (name: string) =>
      `Events for ${name} were given up after a day, or because it wants no more. Find the cause in the log of the ` +
      `function that delivers, then: npm run events -- redrive ${name}.`;
    const destinations = [...(webhooks?.queues ?? [])].map(([name, { deadLetters }]) => [
      `${name}DeliveryDeadLetters`,
      whenNotEmpty(deadLetters, undelivered(name)),
    ]);
    const rules = { EventDeadLetters: whenNotEmpty(events.deadLetters, notOnBus), ...Object.fromEntries(destinations) };
    super(scope, id, rules, topic);
  }
}

function whenNotEmpty(queue: Queue, description: string) {
  const metric = queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });
  return { metric, threshold: 1, description };
}
