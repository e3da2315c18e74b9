/**
 * CloudWatch's metrics by minute: from the EMF lines of functions, and those that Lambda publishes itself.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */

import type { Clock } from '../clock.ts';
import type { Report } from '../lambda/outcome.ts';
import type { Database, Table } from '../storage/database.ts';
import { compute, type Statistic } from './statistics.ts';

const MINUTE_MS = 60_000;

/** CloudWatch's retention of data points of a minute. */
const RETENTION_MINUTES = 15 * 24 * 60;

export type Dimensions = Readonly<Record<string, string>>;

/** One metric, its statistic and a range of time. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  /** A multiple of a minute. */
  readonly periodMs: number;
  readonly statistic: Statistic;
  readonly from: Date;
  readonly to: Date;
}

/** The statistic of one period. */
export interface Point {
  /** Start of the period. */
  readonly time: Date;
  readonly value: number;
}

interface EmfDirective {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/** Seconds until a query finds a value, by its kind; default 0. On AWS, the two take different ways. */
export interface Lateness {
  /** Metrics from EMF lines, which come by way of CloudWatch Logs. */
  readonly emf?: number;
  /** Metrics of an invocation that Lambda publishes itself. */
  readonly lambda?: number;
}

/**
 * The values of a minute: how often each came, by the time from which a query finds it, ms since 1970 and 0 for at
 * once. Most values are 0 or 1, so that counts are smaller than a list.
 */
type Minute = Map<number, Map<number, number>>;

/** A minute as it is stored. */
type StoredMinute = readonly (readonly [from: number, counts: readonly (readonly [value: number, times: number])[]])[];

interface MinuteKey {
  readonly series: string;
  readonly minute: number;
}

/** What metrics are recorded with. */
export interface MetricsOptions {
  readonly lateness?: Lateness;
  /** Where they are stored by `save`. Default: nowhere. */
  readonly database?: Database;
}

export class Metrics {
  private readonly clock: Pick<Clock, 'now'>;
  private readonly lateness: Lateness;
  private readonly database: Database | undefined;
  private readonly table: Table<StoredMinute> | undefined;
  /** Minutes by series. */
  private readonly series = new Map<string, Map<number, Minute>>();
  private readonly unsaved = new Map<string, MinuteKey>();

  constructor(clock: Pick<Clock, 'now'>, { lateness = {}, database }: MetricsOptions = {}) {
    this.clock = clock;
    this.lateness = lateness;
    this.database = database;
    this.table = database?.table('metrics');
    for (const [key, stored] of this.table?.entries() ?? []) {
      const { series, minute } = JSON.parse(key) as MinuteKey;
      this.minutes(series).set(minute, new Map(stored.map(([from, counts]) => [from, new Map(counts)])));
    }
  }

  /** Stores the minutes that have changed since the last time. */
  save(): void {
    if (this.unsaved.size === 0 || !this.database) return;
    this.database.together(() => {
      for (const [key, { series, minute }] of this.unsaved) {
        const counts = this.minutes(series).get(minute);
        if (counts)
          this.table?.put(
            key,
            [...counts].map(([from, values]) => [from, [...values]]),
          );
        else this.table?.delete(key);
      }
    });
    this.unsaved.clear();
  }

  private minutes(series: string): Map<number, Minute> {
    const minutes = this.series.get(series) ?? new Map<number, Minute>();
    this.series.set(series, minutes);
    return minutes;
  }

  private changed(key: MinuteKey): void {
    if (this.database) this.unsaved.set(JSON.stringify(key), key);
  }

  /** Records the metrics of an EMF line; ignores other lines. */
  line(line: string): void {
    if (!line.startsWith('{') || !line.includes('"_aws"')) return;
    const entry = parse(line);
    const time = this.clock.now(entry?._aws?.Timestamp);
    for (const directive of entry?._aws?.CloudWatchMetrics ?? []) this.directive(directive, entry ?? {}, time);
  }

  private directive(
    { Namespace, Dimensions = [[]], Metrics }: EmfDirective,
    entry: Record<string, unknown>,
    time: Date,
  ): void {
    for (const names of Dimensions) {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(entry[name])]));
      for (const { Name } of Metrics) {
        const values = [entry[Name]].flat().filter((value) => typeof value === 'number');
        for (const value of values) this.put(Namespace, Name, { dimensions, value, time, kind: 'emf' });
      }
    }
  }

  /** Records Lambda's own metrics of an invocation, under each set of dimensions that Lambda publishes. */
  invocation({ destination, startedAt, durationMs, failed, throttled }: Report): void {
    const { version, qualifier } = destination;
    const FunctionName = version.name;
    const Resource = qualifier === '$LATEST' ? FunctionName : `${FunctionName}:${qualifier}`;
    const isAlias = qualifier !== version.version;
    const sets = [{}, { FunctionName }, { FunctionName, Resource }];
    if (isAlias) sets.push({ FunctionName, Resource, ExecutedVersion: version.version } as never);
    const counted = throttled
      ? { Throttles: 1 }
      : { Invocations: 1, Errors: failed ? 1 : 0, Throttles: 0, Duration: durationMs };
    const time = this.clock.now(startedAt.getTime());
    for (const dimensions of sets) {
      for (const [name, value] of Object.entries(counted)) {
        this.put('AWS/Lambda', name, { dimensions, value, time, kind: 'lambda' });
      }
    }
  }

  private put(
    namespace: string,
    name: string,
    { dimensions, value, time, kind }: { dimensions: Dimensions; value: number; time: Date; kind: keyof Lateness },
  ): void {
    const series = keyOf(namespace, name, dimensions);
    const minutes = this.minutes(series);
    const minute = Math.floor(time.getTime() / MINUTE_MS);
    const { [kind]: seconds = 0 } = this.lateness;
    const from = seconds === 0 ? 0 : this.clock.now().getTime() + 1000 * seconds;
    const values = minutes.get(minute) ?? new Map<number, Map<number, number>>();
    minutes.set(minute, values);
    const counts = values.get(from) ?? new Map<number, number>();
    values.set(from, counts.set(value, (counts.get(value) ?? 0) + 1));
    this.changed({ series, minute });
    const [oldest = minute] = minutes.keys();
    if (oldest >= minute - RETENTION_MINUTES) return;
    minutes.delete(oldest);
    this.changed({ series, minute: oldest });
  }

  /** One point for each period with values, oldest first. */
  query({ namespace, name, dimensions, periodMs, statistic, from, to }: MetricQuery): Point[] {
    const periods = new Map<number, number[]>();
    const now = this.clock.now().getTime();
    for (const [minute, all] of this.series.get(keyOf(namespace, name, dimensions)) ?? []) {
      const found = [...all].flatMap(([from, counts]) => (from <= now ? [...counts] : []));
      const values = found.flatMap(([value, times]) => Array<number>(times).fill(value));
      if (values.length === 0) continue;
      const start = Math.floor((minute * MINUTE_MS) / periodMs) * periodMs;
      if (start + periodMs <= from.getTime() || start >= to.getTime()) continue;
      periods.set(start, (periods.get(start) ?? []).concat(values));
    }
    return [...periods]
      .sort(([a], [b]) => a - b)
      .map(([start, values]) => ({ time: new Date(start), value: compute(statistic, values) }));
  }
}

function keyOf(namespace: string, name: string, dimensions: Dimensions): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

function parse(
  line: string,
): ({ _aws?: { Timestamp?: number; CloudWatchMetrics?: EmfDirective[] } } & Record<string, unknown>) | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
