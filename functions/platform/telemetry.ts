import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { ALIAS, DIMENSION, METRIC } from '../contract.ts';
import { emfLine, type Metric, type MetricSet } from './emf.ts';
import { Traces } from './tracing.ts';

/** Outcome of a request: answered, rejected for its input, or failed because of an internal error. */
export type Ending = 'prediction' | 'rejection' | 'failure';

/** Measurements of one request. Times in milliseconds. */
export interface RequestRecord {
  readonly ending: Ending;
  readonly durationMs: number;
  readonly objects?: number;
  readonly steps?: Readonly<Record<string, number>>;
}

const ENDING_METRIC: Record<Ending, string> = {
  prediction: METRIC.predictions,
  rejection: METRIC.rejections,
  failure: METRIC.failures,
};

/** The source of a function's telemetry. */
export interface TelemetrySource {
  /** Namespace of the deployment's metrics. */
  readonly namespace: string;
  readonly endpoint: string;
  readonly functionName: string;
  readonly functionVersion: string;
}

/** Logs, metrics and traces of one endpoint's function. */
export class Telemetry {
  readonly logger: Logger;
  private readonly traces: Traces;
  private readonly namespace: string;
  /** Values of all dimensions. */
  private readonly dimensions: Readonly<Record<string, string>>;
  /** Whether the process has got no invocation, or only the first one. */
  private invocation: 'none' | 'first' | 'later' = 'none';
  private isLiveTraffic = true;

  constructor({ namespace, endpoint, functionName, functionVersion }: TelemetrySource) {
    this.logger = new Logger({ serviceName: endpoint });
    this.traces = new Traces(endpoint, process.env);
    this.namespace = namespace;
    this.dimensions = {
      [DIMENSION.endpoint]: endpoint,
      [DIMENSION.function]: functionName,
      [DIMENSION.version]: functionVersion,
    };
  }

  /**
   * Called at the start of each invocation.
   * @param initMs from the start of the process until its model was loaded
   */
  begin(context: Context, initMs: number): void {
    this.logger.addContext(context);
    this.isLiveTraffic = !context.invokedFunctionArn.endsWith(`:${ALIAS.candidate}`);
    this.invocation = this.invocation === 'none' ? 'first' : 'later';
    // Whichever alias invoked it: the start is one of the version.
    if (this.invocation === 'first') this.write([ofVersion(METRIC.initDuration, initMs)]);
  }

  /** Writes one request's metrics, as one EMF line on standard output, and sends its trace. */
  record({ ending, durationMs, objects, steps = {} }: RequestRecord): void {
    this.traces.record({ durationMs, steps, failed: ending === 'failure' });
    const isFirst = this.invocation === 'first';
    this.invocation = 'later';
    // Because a rejection ends before the model runs, a version that rejects more would seem to be faster.
    const durations = ending === 'rejection' ? [] : [milliseconds(METRIC.duration, durationMs)];
    const isFirstOfVersion = isFirst && this.isLiveTraffic;
    const endings = Object.entries(ENDING_METRIC).map(([each, name]) => count(name, each === ending ? 1 : 0));
    const found = objects === undefined ? [] : [count(METRIC.objects, objects)];
    const later = isFirstOfVersion ? [] : durations;
    const stepTimes = Object.entries(METRIC.step).flatMap(([step, name]) =>
      steps[step] === undefined ? [] : [milliseconds(name, steps[step])],
    );
    this.write([
      // Because rollouts compare versions by live traffic, requests on the candidate's own path have no version.
      { by: this.isLiveTraffic ? [VERSION, ENDPOINT] : [ENDPOINT], metrics: [...endings, ...later, ...found] },
      { by: [ENDPOINT], metrics: [...(isFirstOfVersion ? durations : []), ...stepTimes] },
      ...(isFirstOfVersion && durations.length > 0 ? [ofVersion(METRIC.firstDuration, durationMs)] : []),
    ]);
  }

  private write(sets: readonly MetricSet[]): void {
    const { stdout } = process;
    // So that the log entry of the same request goes out by the same system call.
    stdout.cork();
    process.nextTick(() => stdout.uncork());
    stdout.write(`${emfLine(this.namespace, sets, this.dimensions)}\n`);
  }
}

/** The dimensions of a metric of an endpoint, and of one of its versions. */
const ENDPOINT = [DIMENSION.endpoint];
const VERSION = [DIMENSION.endpoint, DIMENSION.function, DIMENSION.version];

function ofVersion(name: string, value: number): MetricSet {
  return { by: [VERSION], metrics: [milliseconds(name, value)] };
}

function milliseconds(name: string, value: number): Metric {
  return { name, unit: 'Milliseconds', value };
}

function count(name: string, value: number): Metric {
  return { name, unit: 'Count', value };
}
