/** Alarms of the tables of results. */

import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { Tables } from './tables.ts';

/** The parts that the alarms observe. */
export interface TablesAlarmsProps {
  readonly tables: Tables;
  /** Without it alarms show in the console only. */
  readonly topic?: ITopic;
}

const PERIOD = Duration.minutes(5);

export class TablesAlarms extends Alarms {
  constructor(scope: Construct, id: string, { tables: { machine, eachNight }, topic }: TablesAlarmsProps) {
    const failed = {
      metric: machine.metricFailed({ period: PERIOD }),
      threshold: 1,
      description:
        'Results were not compacted into the tables, which lack the last day. Nothing is lost until results expire. ' +
        'Find the cause in the log of the function, then start the state machine again.',
    };
    const notStarted = {
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: eachNight.ruleName },
        statistic: 'Sum',
        period: PERIOD,
      }),
      threshold: 1,
      description:
        'The nightly rule could not start the compaction of results into tables, which lack the last day. Find the ' +
        'cause in the rule and its role, then start the state machine.',
    };
    super(scope, id, { TablesFailed: failed, TablesNotStarted: notStarted }, topic);
  }
}
