/** Widgets of the dashboard for one endpoint. */

import { Duration } from 'aws-cdk-lib';
import { type GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import { costPerMillion } from './cost.ts';
import { PERIOD, row } from './dashboard-row.ts';

/** Deployment and processor of the endpoint. */
export interface EndpointWidgetsContext {
  /** The deployment's name, the prefix of its stacks' names. */
  readonly deployment: string;
  readonly arch: Target['arch'];
}

/** Two rows: requests, and operation. */
export function endpointWidgets(endpoint: ResolvedEndpoint, context: EndpointWidgetsContext): GraphWidget[][] {
  return [requestRow(endpoint), operationRow(endpoint, context)];
}

function requestRow({ settings: { name } }: ResolvedEndpoint): GraphWidget[] {
  const of = metricsOf(name);
  return row([
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
  ]);
}

function operationRow(endpoint: ResolvedEndpoint, { deployment, arch }: EndpointWidgetsContext): GraphWidget[] {
  const { settings, memoryMb, stackId } = endpoint;
  const { name, capture } = settings;
  const of = metricsOf(name);
  const queue = (metricName: string) => queues(`${deployment}-${stackId}`, metricName);
  return row([
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
      left: [queue('ApproximateNumberOfMessagesVisible')],
      right: [queue('ApproximateAgeOfOldestMessage')],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
    },
    {
      title: 'Cost estimate, $ an hour (us-east-1 list prices)',
      left: [cost(name, costPerMillion({ memoryMb, arch, capture }))],
      leftYAxis: { min: 0 },
    },
  ]);
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

/** A line for each version with live traffic, future versions included. */
function byVersion(endpoint: string, metricName: string): IMetric {
  const { endpoint: service, version } = DIMENSION;
  const query = `{${METRIC_NAMESPACE},${service},${version}} MetricName="${metricName}" ${service}="${endpoint}"`;
  return search(query, 'Sum');
}

/**
 * Because queues have generated names, which begin with the stack's name: a search for its words needs no reference.
 */
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

/** Cost of requests, without storage, logs and metrics. */
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
