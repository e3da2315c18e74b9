import {
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { ALIAS, DIMENSION, METRIC } from '../contract.ts';
import type { TrafficMinute, TrafficObservation } from '../judge/observations.ts';
import type { UsualTallies, VersionCounts } from '../judge/version-counts.ts';

const MINUTE_MS = 60_000;
/**
 * Time after a minute's end. *Closed*: most of its metrics are there (one or two minutes, rarely three). *Complete*:
 * those of timeouts, too, which come by another way and begin up to half a minute earlier. *Settled*: nothing comes any
 * more. Assumed for AWS, which documents no times.
 */
const LAG_MS = { closed: 2 * MINUTE_MS, complete: 5 * MINUTE_MS, settled: 15 * MINUTE_MS };
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
   * Requests of both versions in every closed minute from `fromMinute` on. A minute that is not complete and has only
   * crashes yet is left out: its other requests are still on their way.
   * @param versions numbers of the two versions
   * @param slowerThanMs bound of slow requests; absent: nothing is timed
   * @returns `incomplete` where CloudWatch could not return all metrics
   */
  async minutes(
    versions: { readonly live: string; readonly candidate: string },
    fromMinute: number,
    now: Date,
    slowerThanMs?: number,
  ): Promise<TrafficObservation | 'incomplete'> {
    const limits = limitsAt(now);
    const { closedBefore, completeBefore } = limits;
    const bound = slowerThanMs === undefined ? {} : { slowerThanMs };
    if (closedBefore <= fromMinute) return { ...limits, minutes: [], ...bound };
    const queries = (['live', 'candidate'] as const).flatMap((role) =>
      this.queries(role, versions[role], slowerThanMs),
    );
    const results = await this.query(queries, new Date(fromMinute * MINUTE_MS), new Date(closedBefore * MINUTE_MS));
    if (!results) return 'incomplete';
    const minutes = toMinutes(results).filter(({ minute, isLogged }) => minute < completeBefore || isLogged);
    return { ...limits, minutes: minutes.map(({ isLogged: _, ...minute }) => minute), ...bound };
  }

  /** Median duration of a version's requests in its last busy hour of the last day, milliseconds; absent: none. */
  async typicalMs(version: string, now: Date): Promise<number | undefined> {
    const MetricStat = { Metric: this.own(METRIC.duration, version), Period: HOUR_MS / 1000, Stat: 'p50' };
    const results = await this.query([{ Id: 'typical', MetricStat }], new Date(now.getTime() - 24 * HOUR_MS), now);
    const [result] = results ?? [];
    const points = (result?.Timestamps ?? []).map((time, index) => [time.getTime(), result?.Values?.[index]] as const);
    return points.toSorted(([a], [b]) => b - a)[0]?.[1];
  }

  /**
   * A version's requests in the 24 hours before a time: only whole minutes, so that no request after that time
   * counts.
   * @returns undefined where CloudWatch could not return all metrics
   */
  async usual(version: string, before: Date): Promise<UsualTallies | undefined> {
    const parts = [METRIC.rejections, METRIC.predictions, METRIC.failures];
    const to = new Date(Math.floor(before.getTime() / MINUTE_MS) * MINUTE_MS);
    const queries: MetricDataQuery[] = [
      ...parts.map((name) => ({ Id: name.toLowerCase(), Metric: this.own(name, version) })),
      { Id: 'crashes', Metric: this.lambdaErrors(version) },
    ].map(({ Id, Metric }) => ({ Id, MetricStat: { Metric, Period: MINUTE_MS / 1000, Stat: 'Sum' } }));
    const results = await this.query(queries, new Date(to.getTime() - 24 * HOUR_MS), to);
    if (!results) return undefined;
    const [rejections = 0, predictions = 0, failed = 0] = parts.map((name) => sumOf(results, name.toLowerCase()));
    const failures = failed + sumOf(results, 'crashes');
    const accepted = predictions + failures;
    return {
      failures: { trials: accepted, hits: failures },
      rejections: { trials: accepted + rejections, hits: rejections },
    };
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

  /** @returns undefined where a metric is not complete on its last page */
  private async query(queries: MetricDataQuery[], from: Date, to: Date): Promise<MetricDataResult[] | undefined> {
    const results: MetricDataResult[] = [];
    const input = { MetricDataQueries: queries, StartTime: from, EndTime: to, ScanBy: 'TimestampAscending' as const };
    for await (const page of paginateGetMetricData({ client: this.cloudWatch }, input)) {
      results.push(...(page.MetricDataResults ?? []));
    }
    const last = new Map(results.map(({ Id, StatusCode }) => [Id, StatusCode]));
    return [...last.values()].every((status) => status === 'Complete') ? results : undefined;
  }
}

function limitsAt(now: Date): Record<`${keyof typeof LAG_MS}Before`, number> {
  const before = (lagMs: number) => Math.max(0, Math.floor((now.getTime() - lagMs) / MINUTE_MS));
  return {
    closedBefore: before(LAG_MS.closed),
    completeBefore: before(LAG_MS.complete),
    settledBefore: before(LAG_MS.settled),
  };
}

function sumOf(results: readonly MetricDataResult[], id: string): number {
  const values = results.filter(({ Id }) => Id === id).flatMap(({ Values = [] }) => Values);
  return Math.round(values.reduce((sum, value) => sum + value, 0));
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

/** `isLogged`: whether a version has written metrics of its own, and not only Lambda has. */
function toMinutes(results: readonly MetricDataResult[]): (TrafficMinute & { readonly isLogged: boolean })[] {
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
    isLogged: [live, candidate].some(({ predictions }) => predictions !== undefined),
    live: toCounts(live),
    candidate: toCounts(candidate),
  }));
}

function toCounts(parts: Parts): VersionCounts {
  const whole = (part: Part) => Math.round(parts[part] ?? 0);
  const failures = whole('failures') + whole('crashes');
  const accepted = whole('predictions') + failures;
  const timed = Math.min(accepted, whole('timed'));
  return {
    requests: accepted + whole('rejections'),
    rejections: whole('rejections'),
    failures,
    timed,
    slow: Math.min(timed, whole('slow')),
  };
}
