/**
 * CloudWatch's metrics by minute: from the EMF lines of functions, and those that Lambda publishes itself.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */

import type { Clock } from '../clock.ts';
import type { Report } from '../lambda/outcome.ts';
import { Database } from '../storage/database.ts';
import { type Minute, Minutes } from './minutes.ts';
import { compute, type Statistic } from './statistics.ts';

const MINUTE_MS = 60_000;

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

/** What metrics are recorded with. */
export interface MetricsOptions {
  readonly lateness?: Lateness;
  /** Where they are stored by `save`. Default: in memory. */
  readonly database?: Database;
}

export class Metrics {
  private readonly clock: Pick<Clock, 'now'>;
  private readonly lateness: Lateness;
  private readonly minutes: Minutes;

  constructor(clock: Pick<Clock, 'now'>, { lateness = {}, database = new Database() }: MetricsOptions = {}) {
    this.clock = clock;
    this.lateness = lateness;
    this.minutes = new Minutes(database);
  }

  /** Stores what has changed since the last time. */
  save(): void {
    this.minutes.save(minuteAt(this.clock.now()));
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
    const { [kind]: seconds = 0 } = this.lateness;
    const from = seconds === 0 ? 0 : this.clock.now().getTime() + 1000 * seconds;
    this.minutes.add(seriesOf(namespace, name, dimensions), { minute: minuteAt(time), from, value });
  }

  /** One point for each period with values, oldest first. */
  query({ namespace, name, dimensions, periodMs, statistic, from, to }: MetricQuery): Point[] {
    const periods = new Map<number, number[]>();
    const now = this.clock.now().getTime();
    const [first, last] = [minuteAt(from) - periodMs / MINUTE_MS, minuteAt(to) + periodMs / MINUTE_MS];
    for (const [minute, all] of this.minutes.of(seriesOf(namespace, name, dimensions), first, last)) {
      const start = Math.floor((minute * MINUTE_MS) / periodMs) * periodMs;
      if (start + periodMs <= from.getTime() || start >= to.getTime()) continue;
      const values = periods.get(start) ?? [];
      addValues(values, all, now);
      if (values.length > 0) periods.set(start, values);
    }
    return [...periods]
      .sort(([a], [b]) => a - b)
      .map(([start, values]) => ({ time: new Date(start), value: compute(statistic, values) }));
  }
}

/** Adds the values of a minute that a query finds at a time, ms since 1970. */
function addValues(values: number[], minute: Minute, now: number): void {
  for (const [from, counts] of minute) {
    if (from > now) continue;
    for (const [value, times] of counts) for (let time = 0; time < times; time++) values.push(value);
  }
}

function minuteAt(time: Date): number {
  return Math.floor(time.getTime() / MINUTE_MS);
}

function seriesOf(namespace: string, name: string, dimensions: Dimensions): string {
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
