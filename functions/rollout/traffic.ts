import {
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { ALIAS, DIMENSION, METRIC } from '../contract.ts';
import type { TrafficMinute, TrafficObservation } from '../judge/observations.ts';
import { NO_REQUESTS, type VersionCounts } from '../judge/version-counts.ts';

/** CloudWatch has a minute's metrics one or two minutes after its end; a minute that can still grow is not judged. */
const LAG_MS = 120_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The endpoint whose requests are counted. */
export interface Subject {
  /** Namespace of the deployment's metrics. */
  readonly namespace: string;
  readonly endpoint: string;
  readonly functionName: string;
}

/** The metrics that a version's counts are made from. */
type Part = 'predictions' | 'rejections' | 'failures' | 'crashes' | 'timed' | 'slow';

/** One endpoint's requests by version and minute, from CloudWatch. */
export class Traffic {
  private readonly cloudWatch: CloudWatchClient;
  private readonly subject: Subject;

  constructor(cloudWatch: CloudWatchClient, subject: Subject) {
    this.cloudWatch = cloudWatch;
    this.subject = subject;
  }

  /**
   * Requests of both versions in every closed minute from `fromMinute` on.
   * @param versions numbers of the two versions
   * @param slowerThanMs bound of slow requests; absent: nothing is timed
   */
  async minutes(
    versions: { readonly live: string; readonly candidate: string },
    fromMinute: number,
    now: Date,
    slowerThanMs?: number,
  ): Promise<TrafficObservation> {
    const closedBefore = Math.floor((now.getTime() - LAG_MS) / MINUTE_MS);
    const bound = slowerThanMs === undefined ? {} : { slowerThanMs };
    if (closedBefore <= fromMinute) return { closedBefore: Math.max(closedBefore, 0), minutes: [], ...bound };
    const queries = (['live', 'candidate'] as const).flatMap((role) =>
      this.queries(role, versions[role], slowerThanMs),
    );
    const results = await this.query(queries, new Date(fromMinute * MINUTE_MS), new Date(closedBefore * MINUTE_MS));
    return { closedBefore, minutes: toMinutes(results), ...bound };
  }

  /** Median duration of a version's requests in its last busy hour of the last day, milliseconds; absent: none. */
  async typicalMs(version: string, now: Date): Promise<number | undefined> {
    const query: MetricDataQuery = {
      Id: 'typical',
      MetricStat: { Metric: this.own(METRIC.duration, version), Period: HOUR_MS / 1000, Stat: 'p50' },
    };
    const [result] = await this.query([query], new Date(now.getTime() - 24 * HOUR_MS), now);
    const points = (result?.Timestamps ?? []).map((time, index) => [time.getTime(), result?.Values?.[index]] as const);
    return points.toSorted(([a], [b]) => b - a)[0]?.[1];
  }

  private queries(role: 'live' | 'candidate', version: string, slowerThanMs: number | undefined): MetricDataQuery[] {
    const metricQuery = (
      part: Part,
      metric: NonNullable<MetricDataQuery['MetricStat']>['Metric'],
      stat: string,
    ): MetricDataQuery => ({
      Id: `${role}_${part}`,
      MetricStat: { Metric: metric, Period: MINUTE_MS / 1000, Stat: stat },
    });
    const own = (name: string) => this.own(name, version);
    return [
      metricQuery('predictions', own(METRIC.predictions), 'Sum'),
      metricQuery('rejections', own(METRIC.rejections), 'Sum'),
      metricQuery('failures', own(METRIC.failures), 'Sum'),
      // Because a crash, a timeout or a failed load writes no metric of its own, but Lambda counts it.
      metricQuery('crashes', this.lambdaErrors(version), 'Sum'),
      ...(slowerThanMs === undefined
        ? []
        : [
            metricQuery('timed', own(METRIC.duration), 'SampleCount'),
            metricQuery('slow', own(METRIC.duration), slowStatistic(slowerThanMs)),
          ]),
    ];
  }

  private own(name: string, version: string) {
    const { namespace, endpoint, functionName } = this.subject;
    const dimensions = {
      [DIMENSION.endpoint]: endpoint,
      [DIMENSION.function]: functionName,
      [DIMENSION.version]: version,
    };
    return { Namespace: namespace, MetricName: name, Dimensions: toDimensions(dimensions) };
  }

  private lambdaErrors(version: string) {
    const { functionName } = this.subject;
    const dimensions = {
      FunctionName: functionName,
      Resource: `${functionName}:${ALIAS.live}`,
      ExecutedVersion: version,
    };
    return { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: toDimensions(dimensions) };
  }

  private async query(queries: MetricDataQuery[], from: Date, to: Date): Promise<MetricDataResult[]> {
    const results: MetricDataResult[] = [];
    const input = { MetricDataQueries: queries, StartTime: from, EndTime: to, ScanBy: 'TimestampAscending' as const };
    for await (const page of paginateGetMetricData({ client: this.cloudWatch }, input)) {
      results.push(...(page.MetricDataResults ?? []));
    }
    return results;
  }
}

/** Lambda ends an invocation after 15 minutes. */
const LONGEST_MS = 900_000;

/**
 * The statistic that counts requests over a bound. In whole milliseconds, rounded up, because CloudWatch allows ten
 * decimals: a median has up to 14.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function slowStatistic(slowerThanMs: number): string {
  return `TC(${Math.min(Math.ceil(slowerThanMs), LONGEST_MS)}:)`;
}

function toDimensions(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

type Parts = Partial<Record<Part, number>>;

function toMinutes(results: readonly MetricDataResult[]): TrafficMinute[] {
  const minutes = new Map<number, { live: Parts; candidate: Parts }>();
  for (const { Id = '', Timestamps = [], Values = [] } of results) {
    const [role, part] = Id.split('_') as ['live' | 'candidate', Part];
    for (const [index, time] of Timestamps.entries()) {
      const minute = Math.floor(time.getTime() / MINUTE_MS);
      const entry = minutes.get(minute) ?? { live: {}, candidate: {} };
      entry[role][part] = (entry[role][part] ?? 0) + (Values[index] ?? 0);
      minutes.set(minute, entry);
    }
  }
  return [...minutes].map(([minute, { live, candidate }]) => ({
    minute,
    live: toCounts(live),
    candidate: toCounts(candidate),
  }));
}

function toCounts(parts: Parts): VersionCounts {
  const { predictions = 0, rejections = 0, failures = 0, crashes = 0, timed = 0, slow = 0 } = parts;
  const requests = Math.round(predictions + rejections + failures + crashes);
  if (requests === 0) return NO_REQUESTS;
  const counted = Math.min(requests, Math.round(timed));
  return {
    requests,
    failures: Math.round(failures + crashes),
    timed: counted,
    slow: Math.min(counted, Math.round(slow)),
  };
}
