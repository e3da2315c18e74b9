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
  private readonly versionDimensions: Record<string, string>;
  private served = 0;
  private isLiveTraffic = true;

  constructor({ namespace, endpoint, functionName, functionVersion }: TelemetrySource) {
    this.versionDimensions = { [DIMENSION.function]: functionName, [DIMENSION.version]: functionVersion };
    this.logger = new Logger({ serviceName: endpoint });
    this.metrics = new Metrics({ namespace, serviceName: endpoint });
    this.stepMetrics = new Metrics({ namespace, serviceName: endpoint });
  }

  /** Called at the start of each invocation. */
  begin(context: Context): void {
    this.logger.addContext(context);
    this.isLiveTraffic = !context.invokedFunctionArn.endsWith(`:${ALIAS.candidate}`);
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
    // Because a rejection ends before the model runs, a version that rejects more would seem to be faster.
    if (request.ending !== 'rejection') {
      this.metrics.addMetric(METRIC.duration, MetricUnit.Milliseconds, request.durationMs);
    }
    if (request.objects !== undefined) this.metrics.addMetric(METRIC.objects, MetricUnit.Count, request.objects);
    this.metrics.addMetric(METRIC.coldStart, MetricUnit.Count, this.served++ === 0 ? 1 : 0);
    this.metrics.publishStoredMetrics();
    this.recordSteps(request.steps ?? {});
  }

  private recordSteps(steps: Readonly<Record<string, number>>): void {
    for (const [step, name] of Object.entries(METRIC.step)) {
      const milliseconds = steps[step];
      if (milliseconds !== undefined) this.stepMetrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);
    }
    if (this.stepMetrics.hasStoredMetrics()) this.stepMetrics.publishStoredMetrics();
  }
}
