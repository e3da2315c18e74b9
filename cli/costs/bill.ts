/** The bill of a month: what pictures cost, what an idle deployment costs, what a rollout that waits costs. */

import { METRIC } from '../../functions/contract.ts';
import { LONGEST_WAIT_SECONDS } from '../../functions/records/execution.ts';
import type { Target } from '../../layers/runtime/build.ts';
import { gbSecondPrice, OBJECTS_PER_REQUEST } from '../../lib/cost.ts';
import { PRICES } from '../../lib/prices.ts';
import type { EndpointFacts, PlatformFacts } from './facts.ts';
import { at, type Line, line, memory, of } from './line.ts';

const { dollars: PRICE } = PRICES;

/** Hours of a month, as AWS calculates. */
const MONTH_HOURS = 730;
const MONTH_SECONDS = MONTH_HOURS * 3600;

/** Bytes of the log for a request. The first is measured by a test, the others are estimates. */
export const LOG_BYTES = { metrics: 1000, entry: 900, startAndReport: 600, access: 600 } as const;
const GB = 1e9;

/** Lambda polls an idle queue with five connections, each a long poll of 20 seconds. An upper bound. */
const QUEUE_POLLS = (5 * MONTH_SECONDS) / 20;

/** Metrics of live requests, which have two sets of dimensions: see `functions/platform/telemetry.ts`. */
const REQUEST_METRICS = [METRIC.predictions, METRIC.rejections, METRIC.failures, METRIC.duration, METRIC.objects];
/** Metrics of a live version alone. */
const VERSION_METRICS = [METRIC.firstDuration, METRIC.initDuration];
/** Metrics of an endpoint with one live version while it receives requests. */
export const ENDPOINT_METRICS = 2 * REQUEST_METRICS.length + VERSION_METRICS.length + Object.keys(METRIC.step).length;
/** Metrics of a rollout. */
const ROLLOUT_METRICS = [METRIC.rolloutWaits, METRIC.rolloutBack, METRIC.rolloutDisagreement].length;

/** A tick of a canary: states of the machine, metrics that it reads, objects that it reads and writes. */
export const TICK = { transitions: 3, metricReads: 19, gets: 3, puts: 2 } as const;
/** Estimate of a tick's time. */
const TICK_SECONDS = 1;

/** What the deployment's pictures are like. */
export interface Usage {
  /** Pictures of each endpoint in a month. */
  readonly pictures: number;
  /** Time of the function for a picture, seconds. */
  readonly seconds: number;
  readonly arch: Target['arch'];
}

/** Pictures that one endpoint receives by HTTP in a month. */
export function pictureLines(endpoint: EndpointFacts, usage: Usage): Line[] {
  const pictures = of(usage.pictures, 'pictures');
  return [
    ...computingLines(endpoint, usage),
    line('HTTP API', pictures, at(PRICE.httpApiCall)),
    objectLine('S3: result, picture, captured input', OBJECTS_PER_REQUEST + endpoint.capture, usage),
    logLine(Object.values(LOG_BYTES), usage),
    line('Metrics', of(ENDPOINT_METRICS, 'metrics'), at(PRICE.metricMonth)),
  ];
}

/** Requests of SQS for an upload at most: sent, received, deleted. */
const QUEUE_REQUESTS = 3;
/** Bytes of S3's message for an upload. An estimate. */
const UPLOAD_MESSAGE_BYTES = 1000;

/**
 * Pictures that one endpoint receives by S3 uploads in a month. Its metrics are the same as by HTTP.
 * @param filters that SNS applies to each message: those of all endpoints
 */
export function uploadLines(endpoint: EndpointFacts, filters: number, usage: Usage): Line[] {
  const pictures = of(usage.pictures, 'pictures');
  const { access: _, ...logged } = LOG_BYTES;
  return [
    ...computingLines(endpoint, usage),
    line('SNS: messages of S3', pictures, at(PRICE.snsPublish)),
    line(
      'SNS: filters',
      pictures,
      of(filters, 'filters'),
      of(UPLOAD_MESSAGE_BYTES / GB, 'GB', `${UPLOAD_MESSAGE_BYTES / 1000} KB`),
      at(PRICE.snsFilterGb),
    ),
    line('SQS, at most', pictures, of(QUEUE_REQUESTS, 'requests'), at(PRICE.sqsRequest)),
    line('S3: reads', pictures, at(PRICE.s3Get)),
    objectLine('S3: upload, result, picture, note', OBJECTS_PER_REQUEST + 1 + endpoint.capture, usage),
    logLine(Object.values(logged), usage),
    line('Metrics', of(ENDPOINT_METRICS, 'metrics'), at(PRICE.metricMonth)),
  ];
}

function computingLines({ memoryMb, traced }: EndpointFacts, usage: Usage): Line[] {
  const pictures = of(usage.pictures, 'pictures');
  const perGbSecond = at(gbSecondPrice(usage.arch));
  return [
    line('Lambda: time', pictures, of(usage.seconds, 's'), memory(memoryMb), perGbSecond),
    line('Lambda: invocations', pictures, at(PRICE.lambdaInvocation)),
    ...(traced ? [line('X-Ray: traces, at most', pictures, at(PRICE.trace))] : []),
  ];
}

function objectLine(item: string, count: number, usage: Usage): Line {
  return line(item, of(usage.pictures, 'pictures'), of(count, 'objects'), at(PRICE.s3Put));
}

function logLine(bytes: readonly number[], usage: Usage): Line {
  const all = bytes.reduce((total, each) => total + each, 0);
  return line('Logs', of(usage.pictures, 'pictures'), of(all / GB, 'GB', `${all / 1000} KB`), at(PRICE.logGb));
}

/** A month without requests. */
export function idleLines(endpoints: readonly EndpointFacts[], platform: PlatformFacts): Line[] {
  const total = (fact: 'alarms' | 'polledQueues') => endpoints.reduce((all, each) => all + each[fact], 0);
  return [
    line('Alarms', of(total('alarms') + platform.alarms, 'alarms'), at(PRICE.alarmMonth)),
    line('Dashboard', of(platform.dashboards, 'dashboard'), at(PRICE.dashboardMonth)),
    line(
      'SQS: polls, at most',
      of(total('polledQueues') + platform.polledQueues, 'queues'),
      of(QUEUE_POLLS, 'requests'),
      at(PRICE.sqsRequest),
    ),
    ...(platform.keys > 0 ? [line('KMS key of the alarms', of(platform.keys, 'key'), at(PRICE.keyMonth))] : []),
  ];
}

/** A rollout that waits: seconds between two ticks, and its metrics. */
export const WAITS = {
  /** With requests: those to the candidate have metrics of their own. */
  busy: { seconds: 60, metrics: ROLLOUT_METRICS + REQUEST_METRICS.length + VERSION_METRICS.length },
  /** After some time without requests. */
  quiet: { seconds: LONGEST_WAIT_SECONDS, metrics: ROLLOUT_METRICS },
} as const;

/** A month of a rollout that waits for an operator. */
export function waitingLines(
  { rolloutMemoryMb }: EndpointFacts,
  { arch, wait }: { readonly arch: Target['arch']; readonly wait: keyof typeof WAITS },
): Line[] {
  const { seconds, metrics } = WAITS[wait];
  const ticks = of(MONTH_SECONDS / seconds, 'ticks');
  const time = of(TICK_SECONDS, 's');
  return [
    line('Step Functions', ticks, of(TICK.transitions, 'transitions'), at(PRICE.stateTransition)),
    line('CloudWatch: reads', ticks, of(TICK.metricReads, 'metrics'), at(PRICE.metricRead)),
    line('Lambda', ticks, time, memory(rolloutMemoryMb), at(gbSecondPrice(arch))),
    line('S3: reads', ticks, of(TICK.gets, 'objects'), at(PRICE.s3Get)),
    line('S3: records', ticks, of(TICK.puts, 'objects'), at(PRICE.s3Put)),
    line('Metrics', of(metrics, 'metrics'), at(PRICE.metricMonth)),
  ];
}
