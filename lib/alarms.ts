/** CloudWatch alarms. Each description says what happened and where to look. */

import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { DIMENSION, METRIC, metricNamespace } from '../functions/contract.ts';
import { LONGEST_WAIT_SECONDS } from '../functions/records/execution.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import type { Intake } from './intake.ts';
import type { Rollout } from './rollout.ts';

/** Longest wait of an upload for its result, seconds. */
const QUEUE_AGE_SECONDS = 600;
/** Share of the timeout above which an invocation is close to being cut off. */
const NEAR_TIMEOUT = 0.8;

/** A topic that mails alarms. It has its own key because CloudWatch cannot publish under the AWS managed key of SNS. */
export function alarmTopic(scope: Construct, id: string, email: string): ITopic {
  const key = new Key(scope, `${id}Key`, { enableKeyRotation: true, description: 'Encrypts alarm messages' });
  key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));
  const topic = new Topic(scope, id, { masterKey: key, enforceSSL: true });
  // Because enforceSSL replaces the default policy, by which alarms of the account may publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarmsToPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  topic.addSubscription(new EmailSubscription(email));
  return topic;
}

interface AlarmRule {
  readonly metric: IMetric;
  /** The alarm goes off at this value and above. */
  readonly threshold: number;
  /** How many of the last periods must reach the threshold. Default: the last one. */
  readonly periods?: { readonly atLeast: number; readonly of: number };
  readonly description: string;
}

/** Rules by the construct ids of their alarms. */
type AlarmRules = Readonly<Record<string, AlarmRule>>;

/** An alarm for each rule. They notify the topic, where there is one. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, rules: AlarmRules, topic?: ITopic) {
    super(scope, id);
    for (const [alarmId, { metric, threshold, periods, description }] of Object.entries(rules)) {
      const alarm = new Alarm(this, alarmId, {
        metric,
        threshold,
        evaluationPeriods: periods?.of ?? 1,
        ...(periods && { datapointsToAlarm: periods.atLeast }),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Because without requests nothing has failed. The gates of a rollout never take silence for success.
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: description,
      });
      if (topic) alarm.addAlarmAction(new SnsAction(topic));
    }
  }
}

/** The parts of an endpoint that alarms observe. */
export interface EndpointAlarmsProps {
  /** The deployment's name. */
  readonly deployment: string;
  readonly endpoint: ResolvedEndpoint;
  readonly detector: Detector;
  readonly intake: Intake;
  readonly rollout: Rollout;
  /** Without it alarms show in the console only. */
  readonly topic?: ITopic;
}

/** Alarms of one endpoint. */
export class EndpointAlarms extends Alarms {
  constructor(scope: Construct, id: string, props: EndpointAlarmsProps) {
    const rules = { ...requestRules(props), ...uploadRules(props), ...rolloutRules(props), ...controllerRules(props) };
    super(scope, id, rules, props.topic);
  }
}

const ADVICE_FOR_SLOW = 'Raise memoryMb or lower maxPixels.';
const PERIOD = Duration.minutes(5);
/** Longer than the longest wait and a tick, so that the alarm does not end between two ticks. */
const WAITS_PERIOD = Duration.seconds(LONGEST_WAIT_SECONDS).plus(PERIOD);

function requestRules({ endpoint, detector: { live } }: EndpointAlarmsProps): AlarmRules {
  const { name } = endpoint.settings;
  return {
    Errors: {
      metric: live.metricErrors({ period: PERIOD }),
      threshold: 1,
      description: `${name}: the live function failed or was cut off. Look at its log for the request ids.`,
    },
    Throttles: {
      metric: live.metricThrottles({ period: PERIOD }),
      threshold: 1,
      description:
        `${name}: requests were rejected, because no concurrency was left. ` +
        "Raise reservedConcurrency or the account's limit.",
    },
    Slow: {
      metric: live.metricDuration({ period: PERIOD, statistic: 'p99' }),
      threshold: NEAR_TIMEOUT * endpoint.timeoutSeconds * 1000,
      description: `${name}: one request in a hundred takes over 80 % of the timeout. ${ADVICE_FOR_SLOW}`,
    },
  };
}

function uploadRules({ endpoint: { settings }, intake }: EndpointAlarmsProps): AlarmRules {
  const { name } = settings;
  return {
    UploadsWait: {
      metric: intake.queue.metricApproximateAgeOfOldestMessage({ period: PERIOD }),
      threshold: QUEUE_AGE_SECONDS,
      description:
        `${name}: an upload has waited ${QUEUE_AGE_SECONDS / 60} minutes for its result. ` +
        'Look for errors and throttles.',
    },
    DeadLetters: {
      metric: intake.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      description:
        `${name}: uploads were given up after several tries. ` +
        'Find the cause in the log, then redrive the dead-letter queue.',
    },
  };
}

function rolloutRules({ deployment, endpoint, detector, rollout }: EndpointAlarmsProps): AlarmRules {
  const { name } = endpoint.settings;
  const rolloutMetric = (metricName: string) =>
    new Metric({
      namespace: metricNamespace(deployment),
      metricName,
      dimensionsMap: { [DIMENSION.endpoint]: name, [DIMENSION.function]: detector.function.functionName },
      period: PERIOD,
      statistic: 'Maximum',
    });
  return {
    RolloutWaits: {
      metric: rolloutMetric(METRIC.rolloutWaits).with({ period: WAITS_PERIOD }),
      threshold: 1,
      description:
        `${name}: a rollout has waited too long for enough proof, or the alias was moved by hand. ` +
        `It needs a decision: npm run rollout -- status ${name}.`,
    },
    RolloutBack: {
      metric: rolloutMetric(METRIC.rolloutBack),
      threshold: 1,
      description: `${name}: a new version was rolled back. Why: npm run rollout -- report ${name}.`,
    },
    RolloutFailed: {
      metric: rollout.machine.metricFailed({ period: PERIOD }),
      threshold: 1,
      description:
        `${name}: a rollout did not end with its version live. ` +
        `Its execution says why; npm run rollout -- status ${name}.`,
    },
  };
}

/**
 * Three of six periods: retries after one fault end within a period or two. The last retries of a rollout function that
 * always fails start at most eight minutes apart: its timeout, and `UNTIL_WITHDRAWN` of `rollout.ts`.
 */
const AGAIN_AND_AGAIN = { atLeast: 3, of: 6 } as const;

/** Because Step Functions retries for two days before the execution fails. */
function controllerRules({ endpoint, rollout }: EndpointAlarmsProps): AlarmRules {
  const { name } = endpoint.settings;
  const advice = `Nothing judges a running rollout meanwhile: npm run rollout -- status ${name}.`;
  return {
    RolloutErrors: {
      metric: rollout.function.metricErrors({ period: PERIOD }),
      threshold: 1,
      periods: AGAIN_AND_AGAIN,
      description: `${name}: the rollout function fails again and again. ${advice}`,
    },
    RolloutThrottles: {
      metric: rollout.function.metricThrottles({ period: PERIOD }),
      threshold: 1,
      periods: AGAIN_AND_AGAIN,
      description: `${name}: the rollout function is throttled again and again. ${advice}`,
    },
  };
}

/** Alarms of the platform. */
export class PlatformAlarms extends Alarms {
  constructor(scope: Construct, id: string, { api, topic }: { readonly api: HttpApi; readonly topic?: ITopic }) {
    const serverErrors: AlarmRule = {
      metric: api.metricServerError({ period: PERIOD, statistic: 'Sum' }),
      threshold: 5,
      description:
        'The HTTP API answered five or more requests with 5xx within five minutes. Its access log names the routes.',
    };
    super(scope, id, { ServerErrors: serverErrors }, topic);
  }
}
