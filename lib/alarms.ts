/** When somebody is told: each alarm says in its description what happened and where to look. */

import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../functions/contract.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import type { Intake } from './intake.ts';
import type { Rollout } from './rollout.ts';

/** An upload should not wait longer than this, seconds. */
const QUEUE_AGE_SECONDS = 600;
/** Share of the timeout from which on invocations are about to be cut off. */
const NEAR_TIMEOUT = 0.8;

/** A topic that mails alarms. Its key is our own: CloudWatch cannot publish to a topic under the key that AWS keeps for SNS. */
export function alarmTopic(scope: Construct, id: string, email: string): ITopic {
  const key = new Key(scope, `${id}Key`, { enableKeyRotation: true, description: 'Encrypts alarm messages' });
  key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));
  const topic = new Topic(scope, id, { masterKey: key, enforceSSL: true });
  topic.addSubscription(new EmailSubscription(email));
  return topic;
}

interface Watch {
  readonly metric: IMetric;
  /** The alarm goes off at this value and above. */
  readonly threshold: number;
  /** Periods in a row. Default 1. */
  readonly periods?: number;
  readonly description: string;
}

/** Alarms that tell one topic, or nobody where there is none. */
class Alarms extends Construct {
  private readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, topic: ITopic | undefined) {
    super(scope, id);
    this.topic = topic;
  }

  protected watch(id: string, { metric, threshold, periods = 1, description }: Watch): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Nothing was asked, so nothing went wrong. Rollouts judge silence differently: there it is never success.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: description,
    });
    if (this.topic) alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

/** What endpoint alarms watch. */
export interface EndpointAlarmsProps {
  readonly endpoint: ResolvedEndpoint;
  readonly detector: Detector;
  readonly intake: Intake;
  readonly rollout: Rollout;
  readonly topic?: ITopic;
}

/** Alarms of one endpoint. */
export class EndpointAlarms extends Alarms {
  constructor(scope: Construct, id: string, { endpoint, detector, intake, rollout, topic }: EndpointAlarmsProps) {
    super(scope, id, topic);
    const { name } = endpoint.settings;
    const { live } = detector;
    this.watch('Errors', {
      metric: live.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      description: `${name}: the live function failed or was cut off. Look at its log for the request ids.`,
    });
    this.watch('Throttles', {
      metric: live.metricThrottles({ period: Duration.minutes(5) }),
      threshold: 1,
      description: `${name}: requests were turned away for want of concurrency. Raise reservedConcurrency or the account's limit.`,
    });
    this.watch('Slow', {
      metric: live.metricDuration({ period: Duration.minutes(5), statistic: 'p99' }),
      threshold: NEAR_TIMEOUT * endpoint.timeoutSeconds * 1000,
      description: `${name}: one request in a hundred takes over 80 % of the timeout. Raise memoryMb or lower maxPixels.`,
    });
    this.watch('UploadsWait', {
      metric: intake.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: QUEUE_AGE_SECONDS,
      description: `${name}: an upload has waited ${QUEUE_AGE_SECONDS / 60} minutes for its result. Look for errors and throttles.`,
    });
    this.watch('RolloutWaits', {
      metric: rolloutMetric(name, METRIC.rolloutWaits),
      threshold: 1,
      description: `${name}: a rollout has waited too long for enough proof, or somebody moved the alias. It needs a decision: npm run rollout -- status ${name}.`,
    });
    this.watch('RolloutBack', {
      metric: rolloutMetric(name, METRIC.rolloutBack),
      threshold: 1,
      description: `${name}: a new version was rolled back. Why: npm run rollout -- report ${name}.`,
    });
    this.watch('RolloutFailed', {
      metric: rollout.machine.metricFailed({ period: Duration.minutes(5) }),
      threshold: 1,
      description: `${name}: a rollout did not end with its version live. Its execution says why; npm run rollout -- status ${name}.`,
    });
    this.watch('DeadLetters', {
      metric: intake.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      description: `${name}: uploads were given up after several tries. Find the cause in the log, then redrive the dead-letter queue.`,
    });
  }
}

function rolloutMetric(endpoint: string, metricName: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [DIMENSION.endpoint]: endpoint },
    period: Duration.minutes(5),
    statistic: 'Maximum',
  });
}

/** Alarms of the platform. */
export class PlatformAlarms extends Alarms {
  constructor(scope: Construct, id: string, { api, topic }: { readonly api: HttpApi; readonly topic?: ITopic }) {
    super(scope, id, topic);
    this.watch('ServerErrors', {
      metric: api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 5,
      description:
        'The HTTP API answered five or more requests with 5xx within five minutes. Its access log names the routes.',
    });
  }
}
