import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { ALIAS, DIMENSION, METRIC } from '../contract.ts';

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

/** Logs and metrics of one endpoint's function, by Powertools. */
export class Telemetry {
  readonly logger: Logger;
  private readonly metrics: Metrics;
  private readonly stepMetrics: Metrics;
  private readonly versionMetrics: Metrics;
  private readonly versionDimensions: Record<string, string>;
  /** Whether the process has got no invocation, or only the first one. */
  private invocation: 'none' | 'first' | 'later' = 'none';
  private isLiveTraffic = true;

  constructor({ namespace, endpoint, functionName, functionVersion }: TelemetrySource) {
    this.versionDimensions = { [DIMENSION.function]: functionName, [DIMENSION.version]: functionVersion };
    this.logger = new Logger({ serviceName: endpoint });
    this.metrics = new Metrics({ namespace, serviceName: endpoint });
    this.stepMetrics = new Metrics({ namespace, serviceName: endpoint });
    this.versionMetrics = new Metrics({ namespace, serviceName: endpoint });
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
    if (this.invocation === 'first') this.recordOfVersion(METRIC.initDuration, initMs);
  }

  /** Writes one request's metrics, as EMF lines on standard output. */
  record(request: RequestRecord): void {
    // One list of metrics has two dimension sets: that of the version, and `service` alone. Because rollouts compare
    // versions by live traffic, requests on the candidate's own path are recorded under `service` only.
    if (this.isLiveTraffic) this.metrics.addDimensions(this.versionDimensions);
    this.metrics.addDimensions({});
    for (const [ending, name] of Object.entries(ENDING_METRIC)) {
      this.metrics.addMetric(name, MetricUnit.Count, ending === request.ending ? 1 : 0);
    }
    const isFirst = this.invocation === 'first';
    this.invocation = 'later';
    // Because a rejection ends before the model runs, a version that rejects more would seem to be faster.
    if (request.ending !== 'rejection') {
      const metrics = isFirst && this.isLiveTraffic ? this.stepMetrics : this.metrics;
      metrics.addMetric(METRIC.duration, MetricUnit.Milliseconds, request.durationMs);
    }
    if (request.objects !== undefined) this.metrics.addMetric(METRIC.objects, MetricUnit.Count, request.objects);
    this.metrics.publishStoredMetrics();
    this.recordSteps(request.steps ?? {});
    if (isFirst && this.isLiveTraffic && request.ending !== 'rejection') {
      this.recordOfVersion(METRIC.firstDuration, request.durationMs);
    }
  }

  private recordOfVersion(name: string, milliseconds: number): void {
    this.versionMetrics.addDimensions(this.versionDimensions);
    this.versionMetrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);
    this.versionMetrics.publishStoredMetrics();
  }

  private recordSteps(steps: Readonly<Record<string, number>>): void {
    for (const [step, name] of Object.entries(METRIC.step)) {
      const milliseconds = steps[step];
      if (milliseconds !== undefined) this.stepMetrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);
    }
    if (this.stepMetrics.hasStoredMetrics()) this.stepMetrics.publishStoredMetrics();
  }
}
