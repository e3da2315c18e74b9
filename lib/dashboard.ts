/** The CloudWatch dashboard: the API at the top, the endpoints below. */

import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Target } from '../layers/runtime/build.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { PERIOD, row } from './dashboard-row.ts';
import { endpointWidgets } from './endpoint-widgets.ts';

/** Input of the dashboard. */
export interface DashboardProps {
  readonly deployment: ResolvedDeployment;
  readonly target: Target;
  readonly api: HttpApi;
}

/** The deployment's dashboard. It finds the metrics of endpoints by name, so it does not depend on their stacks. */
export function dashboard(scope: Construct, id: string, { deployment, target, api }: DashboardProps): Dashboard {
  const page = new Dashboard(scope, id, { defaultInterval: Duration.hours(3) });
  page.addWidgets(heading(`# ${deployment.name}`));
  page.addWidgets(...apiRow(api));
  for (const endpoint of deployment.endpoints) {
    page.addWidgets(heading(`## ${endpoint.settings.name}`));
    for (const widgets of endpointWidgets(endpoint, { deployment: deployment.name, arch: target.arch })) {
      page.addWidgets(...widgets);
    }
  }
  return page;
}

function heading(markdown: string): TextWidget {
  return new TextWidget({ markdown, width: 24, height: 1 });
}

function apiRow(api: HttpApi): IWidget[] {
  const sum = { period: PERIOD, statistic: 'Sum' };
  return row([
    { title: 'Requests', left: [api.metricCount(sum)] },
    { title: 'Refused and failed', left: [api.metricClientError(sum), api.metricServerError(sum)] },
    {
      title: 'Latency, ms',
      left: ['p50', 'p99'].map((statistic) => api.metricLatency({ period: PERIOD, statistic })),
    },
  ]);
}
