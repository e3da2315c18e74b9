import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { METRIC } from '../contract.ts';
import type { CountedStarts, UsualTimes } from '../judge/version-counts.ts';
import { slowStatistic, sumOf, type VersionMetrics } from './version-metrics.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Where times come from, newest hours first: from as many hours as have so many values. First requests of processes are
 * rare, so that two weeks count: CloudWatch keeps values of a minute for 15 days.
 */
const SOURCES = {
  later: { metric: METRIC.duration, enough: 100, days: 1 },
  first: { metric: METRIC.firstDuration, enough: 20, days: 14 },
  starts: { metric: METRIC.initDuration, enough: 20, days: 14 },
} as const;

type Source = keyof typeof SOURCES;

/** Because at a very steady latency the 90th percentile is hardly over the median. */
const LEAST_FACTOR = 1.1;

/**
 * The usual times of a version: bounds that one in ten of its requests exceeds, and its cold starts. A quantile over
 * several hours is the mean of their quantiles, weighted by their requests: CloudWatch has no other one across periods.
 * @returns undefined where CloudWatch could not return all metrics
 */
export async function usualTimes(metrics: VersionMetrics, version: string, now: Date): Promise<UsualTimes | undefined> {
  const queries = (Object.keys(SOURCES) as Source[]).flatMap((source) =>
    ['SampleCount', 'p50', 'p90'].map((Stat) => hourly(metrics, version, source, Stat)),
  );
  const results = await metrics.query(queries, new Date(now.getTime() - 14 * DAY_MS), now);
  if (!results) return undefined;
  const recent = (source: Source) => recentQuantiles(results, source, now);
  const [later, first, starts] = [recent('later'), recent('first'), recent('starts')];
  return {
    ...(later && { slowerThanMs: boundOf(later) }),
    ...(first && { firstSlowerThanMs: boundOf(first) }),
    ...(starts && { coldStarts: { starts: starts.count, medianMs: starts.p50 } }),
  };
}

/**
 * The cold starts of a version in the last two weeks, which count for all its rollouts.
 * @returns undefined where CloudWatch could not return all metrics
 */
export async function coldStarts(
  metrics: VersionMetrics,
  version: string,
  { overMs, now }: { readonly overMs: number; readonly now: Date },
): Promise<CountedStarts | undefined> {
  const statistics = { count: 'SampleCount', over: slowStatistic(overMs), sum: 'Sum' };
  const queries = Object.entries(statistics).map(([Id, Stat]) => ({
    ...hourly(metrics, version, 'starts', Stat),
    Id,
  }));
  const results = await metrics.query(queries, new Date(now.getTime() - 14 * DAY_MS), now);
  if (!results) return undefined;
  const [starts, over] = [Math.round(sumOf(results, 'count')), Math.round(sumOf(results, 'over'))];
  return { starts, over, meanMs: starts === 0 ? 0 : sumOf(results, 'sum') / starts };
}

function hourly(metrics: VersionMetrics, version: string, source: Source, Stat: string): MetricDataQuery {
  const Metric = metrics.own(SOURCES[source].metric, version);
  return { Id: `${source}_${Stat.toLowerCase()}`, MetricStat: { Metric, Period: HOUR_MS / 1000, Stat } };
}

interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
}

function boundOf({ p50, p90 }: Quantiles): number {
  return Math.max(p90, LEAST_FACTOR * p50);
}

function recentQuantiles(results: readonly MetricDataResult[], source: Source, now: Date): Quantiles | undefined {
  const { enough, days } = SOURCES[source];
  const [counts, p50s, p90s] = ['samplecount', 'p50', 'p90'].map((stat) => byTime(results, `${source}_${stat}`));
  let sum: Quantiles = { count: 0, p50: 0, p90: 0 };
  for (const [time, count] of [...(counts ?? [])].toSorted(([a], [b]) => b - a)) {
    if (sum.count >= enough || time < now.getTime() - days * DAY_MS - HOUR_MS) break;
    const add = (total: number, values: typeof p50s) => total + count * (values?.get(time) ?? 0);
    sum = { count: sum.count + count, p50: add(sum.p50, p50s), p90: add(sum.p90, p90s) };
  }
  const { count, p50, p90 } = sum;
  return count === 0 ? undefined : { count, p50: p50 / count, p90: p90 / count };
}

function byTime(results: readonly MetricDataResult[], id: string): ReadonlyMap<number, number> {
  const points = results
    .filter(({ Id }) => Id === id)
    .flatMap(({ Timestamps = [], Values = [] }) =>
      Timestamps.map((time, at) => [time.getTime(), Values[at] ?? 0] as const),
    );
  return new Map(points);
}
