/** Alarms of the events of a deployment. */

import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { Events } from './events.ts';

/** The parts that the alarms observe. */
export interface EventAlarmsProps {
  readonly events: Events;
  /** Without it alarms show in the console only. */
  readonly topic?: ITopic;
}

export class EventAlarms extends Alarms {
  constructor(scope: Construct, id: string, { events, topic }: EventAlarmsProps) {
    const rules = {
      EventDeadLetters: {
        metric: events.deadLetters.metricApproximateNumberOfMessagesVisible({
          period: Duration.minutes(1),
          statistic: 'Maximum',
        }),
        threshold: 1,
        description:
          'Events were given up before they were on the bus. Find the cause in the log of the events function, then ' +
          'redrive its dead-letter queue.',
      },
    };
    super(scope, id, rules, topic);
  }
}
