/** One page for whoever is on call: the API on top, a row for each endpoint below. */

import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../functions/contract.ts';
import type { ResolvedDeployment } from './check-config.ts';

const PERIOD = Duration.minutes(5);

/** The deployment's dashboard. It names endpoints' metrics by their known names, so it needs nothing of their stacks. */
export function dashboard(
  scope: Construct,
  id: string,
  options: { deployment: ResolvedDeployment; api: HttpApi },
): Dashboard {
  const { deployment, api } = options;
  const page = new Dashboard(scope, id, { defaultInterval: Duration.hours(3) });
  page.addWidgets(new TextWidget({ markdown: `# ${deployment.name}`, width: 24, height: 1 }));
  page.addWidgets(...apiRow(api));
  for (const { settings, stackId } of deployment.endpoints) {
    page.addWidgets(new TextWidget({ markdown: `## ${settings.name}`, width: 24, height: 1 }));
    page.addWidgets(...endpointRow(settings.name, `${deployment.name}-${stackId}`));
  }
  return page;
}

function apiRow(api: HttpApi): IWidget[] {
  return [
    graph('Requests', [api.metricCount({ period: PERIOD, statistic: 'Sum' })]),
    graph('Refused and failed', [
      api.metricClientError({ period: PERIOD, statistic: 'Sum' }),
      api.metricServerError({ period: PERIOD, statistic: 'Sum' }),
    ]),
    graph('Latency, ms', [
      api.metricLatency({ period: PERIOD, statistic: 'p50' }),
      api.metricLatency({ period: PERIOD, statistic: 'p99' }),
    ]),
  ];
}

function endpointRow(endpoint: string, stackName: string): IWidget[] {
  const of = (metricName: string, statistic: string) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [DIMENSION.endpoint]: endpoint },
      statistic,
      period: PERIOD,
      label: `${metricName} ${statistic}`,
    });
  return [
    graph(
      'Outcomes',
      [METRIC.predictions, METRIC.rejections, METRIC.failures].map((name) => of(name, 'Sum')),
    ),
    graph(
      'Time in the function, ms',
      ['p50', 'p95', 'p99'].map((statistic) => of(METRIC.duration, statistic)),
    ),
    graph(
      'Steps, average ms',
      Object.values(METRIC.step).map((name) => of(name, 'Average')),
    ),
    graph('Uploads waiting', [queueSearch(stackName)]),
  ];
}

/**
 * Queues have generated names that begin with their stack's; a search by its words finds them without a reference to it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function queueSearch(stackName: string): IMetric {
  const words = stackName.split('-').map((word) => `QueueName=${word}`);
  const query = `{AWS/SQS,QueueName} MetricName="ApproximateNumberOfMessagesVisible" ${words.join(' ')}`;
  return new MathExpression({
    expression: `SEARCH('${query}', 'Maximum', ${PERIOD.toSeconds()})`,
    label: '',
    period: PERIOD,
  });
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 6, height: 6 });
}
