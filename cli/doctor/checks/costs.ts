/** What the requests of this month have cost so far. */

import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DIMENSION, METRIC, metricNamespace } from '../../../functions/contract.ts';
import { costPerMillion } from '../../../lib/cost.ts';
import type { DoctorContext } from '../context.ts';
import { ok, type Result } from '../result.ts';

/** Requests of one endpoint. */
interface Usage {
  readonly requests: number;
  readonly milliseconds: number;
}

/**
 * By the metrics of the endpoints and the list prices, as the dashboard estimates it. Cost Explorer is not used,
 * because a query costs $0.01, and its costs are up to a day old.
 */
export async function checkCosts(context: DoctorContext, now = new Date()): Promise<Result> {
  const { endpoints, architecture } = context.deployment;
  const usages = await readUsages(context, now);
  const costs = endpoints.map(({ memoryMb, settings: { capture } }, index) => {
    const { requests = 0, milliseconds = 0 } = usages[index] ?? {};
    const arch = architecture === 'arm64' ? 'arm64' : 'x64';
    const perMillion = costPerMillion({ memoryMb, arch, capture });
    return (requests * perMillion.requests + milliseconds * perMillion.milliseconds) / 1e6;
  });
  const requests = usages.reduce((total, usage) => total + usage.requests, 0);
  const dollars = costs.reduce((total, cost) => total + cost, 0);
  const since = monthOf(now).toISOString().slice(0, 10);
  return ok(
    `about $${dollars.toFixed(2)} for ${requests} requests since ${since}, at list prices, without logs, metrics, ` +
      'alarms and storage (npm run costs)',
    { value: Number(dollars.toFixed(4)), unit: 'USD' },
  );
}

function monthOf(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
}

/** CloudWatch keeps hours for 15 months. */
const HOUR_SECONDS = 3600;

async function readUsages({ clients, deployment, signal }: DoctorContext, now: Date): Promise<Usage[]> {
  const range = { StartTime: monthOf(now), EndTime: now };
  const names = deployment.endpoints.map(({ settings }) => settings.name);
  const queries = names.flatMap((endpoint, index) => [
    query(`predictions${index}`, METRIC.predictions, { namespace: metricNamespace(deployment.name), endpoint }),
    query(`duration${index}`, METRIC.duration, { namespace: metricNamespace(deployment.name), endpoint }),
  ]);
  const totals = new Map<string, number>();
  let NextToken: string | undefined;
  do {
    const command = new GetMetricDataCommand({ ...range, MetricDataQueries: queries, NextToken });
    const page = await clients.cloudWatch.send(command, { abortSignal: signal });
    for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
      totals.set(
        Id,
        Values.reduce((sum, value) => sum + value, totals.get(Id) ?? 0),
      );
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names.map((_, index) => ({
    requests: totals.get(`predictions${index}`) ?? 0,
    milliseconds: totals.get(`duration${index}`) ?? 0,
  }));
}

function query(
  Id: string,
  MetricName: string,
  { namespace, endpoint }: { readonly namespace: string; readonly endpoint: string },
): MetricDataQuery {
  const Metric = { Namespace: namespace, MetricName, Dimensions: [{ Name: DIMENSION.endpoint, Value: endpoint }] };
  return { Id, MetricStat: { Metric, Period: HOUR_SECONDS, Stat: 'Sum' } };
}
