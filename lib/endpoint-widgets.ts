/** What the dashboard shows of one endpoint. */

import { Duration } from 'aws-cdk-lib';
import { type GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import { costPerMillion } from './cost.ts';
import { PERIOD, row } from './dashboard-row.ts';

/** Where the endpoint is deployed. */
export interface EndpointPlace {
  /** The deployment's name, which its stacks' names begin with. */
  readonly deployment: string;
  readonly arch: Target['arch'];
}

const NO_LESS_THAN_ZERO = { leftYAxis: { min: 0 } };

/** Two rows: what callers get, and what stands behind it. */
export function endpointWidgets(endpoint: ResolvedEndpoint, { deployment, arch }: EndpointPlace): GraphWidget[][] {
  const { name, capture } = endpoint.settings;
  const of = metricsOf(name);
  return [
    row([
      { title: 'Requests by version', left: [byVersion(name, METRIC.predictions)], stacked: true },
      {
        title: 'Failed by version; refused',
        left: [byVersion(name, METRIC.failures), of(METRIC.rejections, 'Sum', 'refused')],
      },
      {
        title: 'Time in the function, ms',
        left: ['p50', 'p95', 'p99'].map((statistic) => of(METRIC.duration, statistic, statistic)),
      },
      {
        title: 'Time by step, average ms',
        left: Object.values(METRIC.step).map((step) => of(step, 'Average', step)),
        stacked: true,
      },
    ]),
    row([
      {
        title: 'Agreement of the candidate in shadow, %',
        left: [of(METRIC.rolloutAgreement, 'Average', 'agreement')],
        leftYAxis: { min: 0, max: 100 },
      },
      {
        title: 'Rollout: waits for a person, went back',
        left: [of(METRIC.rolloutWaits, 'Maximum', 'waits'), of(METRIC.rolloutBack, 'Maximum', 'went back')],
        leftYAxis: { min: 0, max: 1 },
      },
      {
        title: 'Uploads waiting; age of the oldest, s',
        left: [queues(`${deployment}-${endpoint.stackId}`, 'ApproximateNumberOfMessagesVisible')],
        right: [queues(`${deployment}-${endpoint.stackId}`, 'ApproximateAgeOfOldestMessage')],
        ...NO_LESS_THAN_ZERO,
        rightYAxis: { min: 0 },
      },
      {
        title: 'Cost estimate, $ an hour (us-east-1 list prices)',
        left: [cost(name, costPerMillion({ memoryMb: endpoint.memoryMb, arch, capture }))],
        ...NO_LESS_THAN_ZERO,
      },
    ]),
  ];
}

function metricsOf(endpoint: string) {
  return (metricName: string, statistic: string, label: string, period = PERIOD) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [DIMENSION.endpoint]: endpoint },
      statistic,
      period,
      label,
    });
}

/** One line for each version that had live traffic: the versions of tomorrow, too. */
function byVersion(endpoint: string, metricName: string): IMetric {
  const { endpoint: service, version } = DIMENSION;
  const query = `{${METRIC_NAMESPACE},${service},${version}} MetricName="${metricName}" ${service}="${endpoint}"`;
  return search(query, 'Sum');
}

/** Queues have generated names that begin with their stack's; a search by its words finds them without a reference to it. */
function queues(stackName: string, metricName: string): IMetric {
  const words = stackName.split('-').map((word) => `QueueName=${word}`);
  return search(`{AWS/SQS,QueueName} MetricName="${metricName}" ${words.join(' ')}`, 'Maximum');
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html */
function search(query: string, statistic: 'Sum' | 'Maximum'): IMetric {
  return new MathExpression({
    expression: `SEARCH('${query}', '${statistic}', ${PERIOD.toSeconds()})`,
    label: '',
    period: PERIOD,
  });
}

/** Pictures only: no storage, no logs, no metrics. */
function cost(endpoint: string, { milliseconds, requests }: ReturnType<typeof costPerMillion>): IMetric {
  const period = Duration.hours(1);
  const of = metricsOf(endpoint);
  return new MathExpression({
    expression: `(milliseconds * ${milliseconds.toFixed(6)} + requests * ${requests.toFixed(6)}) / 1000000`,
    usingMetrics: {
      milliseconds: of(METRIC.duration, 'Sum', 'milliseconds', period),
      requests: of(METRIC.duration, 'SampleCount', 'requests', period),
    },
    label: 'estimate',
    period,
  });
}
