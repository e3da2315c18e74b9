import type { CloudWatchClient, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { METRIC } from '../contract.ts';
import type { TrafficMinute, TrafficObservation } from '../judge/observations.ts';
import { slowBoundsOf } from '../judge/state.ts';
import type { CountedStarts, SlowBounds, UsualTallies, UsualTimes, VersionCounts } from '../judge/version-counts.ts';
import { coldStarts, usualTimes } from './usual-times.ts';
import { type Subject, slowStatistic, sumOf, VersionMetrics } from './version-metrics.ts';

const MINUTE_MS = 60_000;
/**
 * Time after a minute's end. *Closed*: most of its metrics are there (one or two minutes, rarely three). *Complete*:
 * those of timeouts, too, which come by another way and begin up to half a minute earlier. *Settled*: nothing comes any
 * more. Assumed for AWS, which documents no times.
 */
const LAG_MS = { closed: 2 * MINUTE_MS, complete: 5 * MINUTE_MS, settled: 15 * MINUTE_MS };
const HOUR_MS = 60 * MINUTE_MS;

/** The metrics that a version's counts are made from. */
type Part = 'predictions' | 'rejections' | 'failures' | 'crashes' | 'timed' | 'slow' | 'firstTimed' | 'firstSlow';

/** One endpoint's requests by version and minute, from CloudWatch. */
export class Traffic {
  private readonly metrics: VersionMetrics;

  constructor(cloudWatch: CloudWatchClient, subject: Subject) {
    this.metrics = new VersionMetrics(cloudWatch, subject);
  }

  /**
   * Requests of both versions in every closed minute from `fromMinute` on. A minute that is not complete and has only
   * crashes yet is left out: its other requests are still on their way.
   * @param versions numbers of the two versions
   * @param slowBounds bounds of slow requests; what has none is not timed
   * @returns `incomplete` where CloudWatch could not return all metrics
   */
  async minutes(
    versions: { readonly live: string; readonly candidate: string },
    fromMinute: number,
    now: Date,
    slowBounds: SlowBounds = {},
  ): Promise<TrafficObservation | 'incomplete'> {
    const limits = limitsAt(now);
    const { closedBefore, completeBefore } = limits;
    const bounds = slowBoundsOf(slowBounds);
    if (closedBefore <= fromMinute) return { ...limits, minutes: [], ...bounds };
    const queries = (['live', 'candidate'] as const).flatMap((role) => this.queries(role, versions[role], bounds));
    const results = await this.metrics.query(
      queries,
      new Date(fromMinute * MINUTE_MS),
      new Date(closedBefore * MINUTE_MS),
    );
    if (!results) return 'incomplete';
    const minutes = toMinutes(results).filter(({ minute, isLogged }) => minute < completeBefore || isLogged);
    return { ...limits, minutes: minutes.map(({ isLogged: _, ...minute }) => minute), ...bounds };
  }

  /** The usual times of a version, as of now; absent where CloudWatch could not return all metrics. */
  async usualTimes(version: string, now: Date): Promise<UsualTimes | undefined> {
    return usualTimes(this.metrics, version, now);
  }

  /** The cold starts of a version; absent where CloudWatch could not return all metrics. */
  async coldStarts(version: string, overMs: number, now: Date): Promise<CountedStarts | undefined> {
    return coldStarts(this.metrics, version, { overMs, now });
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
      ...parts.map((name) => ({ Id: name.toLowerCase(), Metric: this.metrics.own(name, version) })),
      { Id: 'crashes', Metric: this.metrics.lambdaErrors(version) },
    ].map(({ Id, Metric }) => ({ Id, MetricStat: { Metric, Period: MINUTE_MS / 1000, Stat: 'Sum' } }));
    const results = await this.metrics.query(queries, new Date(to.getTime() - 24 * HOUR_MS), to);
    if (!results) return undefined;
    const [rejections = 0, predictions = 0, failed = 0] = parts.map((name) => wholeSum(results, name.toLowerCase()));
    const failures = failed + wholeSum(results, 'crashes');
    const accepted = predictions + failures;
    return {
      failures: { trials: accepted, hits: failures },
      rejections: { trials: accepted + rejections, hits: rejections },
    };
  }

  private queries(role: 'live' | 'candidate', version: string, bounds: SlowBounds): MetricDataQuery[] {
    const { slowerThanMs, firstSlowerThanMs } = bounds;
    const of = (part: Part, name: string, Stat: string): MetricDataQuery => ({
      Id: `${role}_${part}`,
      MetricStat: { Metric: this.metrics.own(name, version), Period: MINUTE_MS / 1000, Stat },
    });
    const crashes = { Metric: this.metrics.lambdaErrors(version), Period: MINUTE_MS / 1000, Stat: 'Sum' };
    const queries = [
      of('predictions', METRIC.predictions, 'Sum'),
      of('rejections', METRIC.rejections, 'Sum'),
      of('failures', METRIC.failures, 'Sum'),
      // Because a crash, a timeout or a failed load writes no metric of its own, but Lambda counts it.
      { Id: `${role}_crashes`, MetricStat: crashes },
    ];
    if (slowerThanMs !== undefined) {
      queries.push(of('timed', METRIC.duration, 'SampleCount'));
      queries.push(of('slow', METRIC.duration, slowStatistic(slowerThanMs)));
    }
    if (firstSlowerThanMs !== undefined) {
      queries.push(of('firstTimed', METRIC.firstDuration, 'SampleCount'));
      queries.push(of('firstSlow', METRIC.firstDuration, slowStatistic(firstSlowerThanMs)));
    }
    return queries;
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

function wholeSum(results: readonly MetricDataResult[], id: string): number {
  return Math.round(sumOf(results, id));
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
  const timed = Math.min(accepted, whole('timed') + whole('firstTimed'));
  return {
    requests: accepted + whole('rejections'),
    rejections: whole('rejections'),
    failures,
    timed,
    slow: Math.min(timed, whole('slow') + whole('firstSlow')),
  };
}
