/** An endpoint's traffic of the last day, as its metrics and its bucket have it. */

import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ALIAS, DIMENSION, KEYS, METRIC, metricNamespace } from '../../../functions/contract.ts';
import { recordedPerMinute } from '../../../functions/records/recorded-rate.ts';
import { idAt } from '../../../functions/records/recorded-requests.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';

const HOUR_SECONDS = 3600;
const DAY_MS = 86_400_000;
/** Pictures are kept for a month by default. */
const MONTH_MS = 31 * DAY_MS;

/** Requests of the last day, by all versions, and the pictures that a shadow could replay. */
export interface DayBefore {
  readonly requests: number;
  readonly rejections: number;
  readonly failures: number;
  /** Recorded pictures, at most so many as were asked for, and those that come in a minute. */
  readonly recorded: number;
  readonly recordedPerMinute: number;
}

/**
 * Reads the last day.
 * @param mostPictures pictures to count at most
 * @throws StoreUnavailableError
 */
export async function readDayBefore(
  deployed: DeployedEndpoint,
  cloudWatch: CloudWatchClient,
  { deployment, mostPictures, now }: { readonly deployment: string; readonly mostPictures: number; readonly now: Date },
): Promise<DayBefore> {
  const { objects, endpoint } = deployed;
  const prefix = KEYS.inputs(endpoint);
  const [counts, names, perMinute] = await Promise.all([
    countsOf(deployed, cloudWatch, deployment, now),
    objects.list(prefix, { after: `${prefix}${idAt(now.getTime() - MONTH_MS)}`, most: mostPictures }),
    recordedPerMinute(objects, { endpoint, sample: 1, now }),
  ]);
  return { ...counts, recorded: names.length, recordedPerMinute: perMinute };
}

async function countsOf(
  { endpoint, functionName }: DeployedEndpoint,
  cloudWatch: CloudWatchClient,
  deployment: string,
  now: Date,
): Promise<Pick<DayBefore, 'requests' | 'rejections' | 'failures'>> {
  const own = { Namespace: metricNamespace(deployment), Dimensions: [{ Name: DIMENSION.endpoint, Value: endpoint }] };
  const ofLambda = [
    { Name: 'FunctionName', Value: functionName },
    { Name: 'Resource', Value: `${functionName}:${ALIAS.live}` },
  ];
  const queries: MetricDataQuery[] = [
    { Id: 'predictions', Metric: { ...own, MetricName: METRIC.predictions } },
    { Id: 'rejections', Metric: { ...own, MetricName: METRIC.rejections } },
    { Id: 'failures', Metric: { ...own, MetricName: METRIC.failures } },
    // Because a crash or a timeout writes no metric of its own.
    { Id: 'crashes', Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: ofLambda } },
  ].map(({ Id, Metric }) => ({ Id, MetricStat: { Metric, Period: HOUR_SECONDS, Stat: 'Sum' } }));
  const range = { StartTime: new Date(now.getTime() - DAY_MS), EndTime: now };
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({ ...range, MetricDataQueries: queries }),
  );
  const sum = (id: string) =>
    MetricDataResults.filter(({ Id }) => Id === id)
      .flatMap(({ Values = [] }) => Values)
      .reduce((total, value) => total + value, 0);
  const failures = sum('failures') + sum('crashes');
  const rejections = sum('rejections');
  return { requests: sum('predictions') + failures + rejections, rejections, failures };
}
