/** Widgets of the dashboard for one endpoint. */

import { Duration } from 'aws-cdk-lib';
import { type GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSION, METRIC, metricNamespace } from '../functions/contract.ts';
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
  return [requestRow(endpoint, context), operationRow(endpoint, context)];
}

/** The endpoint whose metrics a graph shows. */
interface Subject {
  readonly deployment: string;
  readonly endpoint: string;
}

function requestRow({ settings: { name } }: ResolvedEndpoint, { deployment }: EndpointWidgetsContext): GraphWidget[] {
  const subject: Subject = { deployment, endpoint: name };
  const of = metricsOf(subject);
  return row([
    { title: 'Requests by version', left: [byVersion(subject, METRIC.predictions)], stacked: true },
    {
      title: 'Failed by version; refused',
      left: [byVersion(subject, METRIC.failures), of(METRIC.rejections, 'Sum', 'refused')],
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
  const subject: Subject = { deployment, endpoint: name };
  const ofRollouts = (metricName: string, statistic: 'Average' | 'Maximum') =>
    byFunction(subject, metricName, statistic);
  const queue = (metricName: string) => queues(`${deployment}-${stackId}`, metricName);
  return row([
    {
      title: 'Disagreement of the candidate in shadow, %',
      left: [ofRollouts(METRIC.rolloutDisagreement, 'Average')],
      leftYAxis: { min: 0, max: 100 },
    },
    {
      title: 'Rollout: waits for an operator, rolled back',
      left: [ofRollouts(METRIC.rolloutWaits, 'Maximum'), ofRollouts(METRIC.rolloutBack, 'Maximum')],
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
      left: [cost(subject, costPerMillion({ memoryMb, arch, capture }))],
      leftYAxis: { min: 0 },
    },
  ]);
}

function metricsOf({ deployment, endpoint }: Subject) {
  return (metricName: string, statistic: string, label: string, period = PERIOD) =>
    new Metric({
      namespace: metricNamespace(deployment),
      metricName,
      dimensionsMap: { [DIMENSION.endpoint]: endpoint },
      statistic,
      period,
      label,
    });
}

/** A line for each version with live traffic, future versions included. */
function byVersion(subject: Subject, metricName: string): IMetric {
  return search(endpointQuery(subject, metricName, [DIMENSION.function, DIMENSION.version]), 'Sum');
}

/**
 * A line for each function of the endpoint: a stack that is created again has another one. A search needs no reference
 * to the function.
 */
function byFunction(subject: Subject, metricName: string, statistic: 'Average' | 'Maximum'): IMetric {
  return search(endpointQuery(subject, metricName, [DIMENSION.function]), statistic);
}

/** Names with characters other than letters and digits stand in double quotes. */
function endpointQuery({ deployment, endpoint }: Subject, metricName: string, more: readonly string[]): string {
  const { endpoint: service } = DIMENSION;
  const schema = [`"${metricNamespace(deployment)}"`, service, ...more].join(',');
  return `{${schema}} MetricName="${metricName}" ${service}="${endpoint}"`;
}

/**
 * Because queues have generated names, which begin with the stack's name: a search for its words needs no reference.
 */
function queues(stackName: string, metricName: string): IMetric {
  const words = stackName.split('-').map((word) => `QueueName=${word}`);
  return search(`{AWS/SQS,QueueName} MetricName="${metricName}" ${words.join(' ')}`, 'Maximum');
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html */
function search(query: string, statistic: 'Sum' | 'Average' | 'Maximum'): IMetric {
  return new MathExpression({
    expression: `SEARCH('${query}', '${statistic}', ${PERIOD.toSeconds()})`,
    label: '',
    period: PERIOD,
  });
}

/** Cost of requests, without storage, logs and metrics. */
function cost(subject: Subject, { milliseconds, requests }: ReturnType<typeof costPerMillion>): IMetric {
  const period = Duration.hours(1);
  const of = metricsOf(subject);
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
