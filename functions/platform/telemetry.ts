import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import { ALIAS, DIMENSION, METRIC, METRIC_NAMESPACE } from '../contract.ts';

/** How a request ended: answered, refused for its input, or failed on our side. */
export type Ending = 'prediction' | 'rejection' | 'failure';

/** What one request cost and gave. Times in milliseconds. */
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

/** Log lines, metrics and traces of one endpoint's function, by Powertools. */
export class Telemetry {
  readonly logger: Logger;
  readonly tracer: Tracer;
  private readonly metrics: Metrics;
  private readonly stepMetrics: Metrics;
  private readonly functionVersion: string;
  private served = 0;
  private isLiveTraffic = true;

  constructor(endpoint: string, functionVersion: string) {
    this.functionVersion = functionVersion;
    this.logger = new Logger({ serviceName: endpoint });
    this.tracer = new Tracer({ serviceName: endpoint });
    this.metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: endpoint });
    this.stepMetrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: endpoint });
  }

  /** Told of each invocation before anything is recorded. */
  begin(context: Context): void {
    this.logger.addContext(context);
    this.isLiveTraffic = !context.invokedFunctionArn.endsWith(`:${ALIAS.candidate}`);
  }

  /** Writes one request's metrics, as EMF lines on standard output. */
  record(request: RequestRecord): void {
    // EMF wants one list of metrics per list of dimension sets: `service, version`, and `service` alone.
    // Rollouts compare versions by what live traffic they got; a request to the candidate's own address is none.
    if (this.isLiveTraffic) this.metrics.addDimensions({ [DIMENSION.version]: this.functionVersion });
    this.metrics.addDimensions({});
    for (const [ending, name] of Object.entries(ENDING_METRIC)) {
      this.metrics.addMetric(name, MetricUnit.Count, ending === request.ending ? 1 : 0);
    }
    this.metrics.addMetric(METRIC.duration, MetricUnit.Milliseconds, request.durationMs);
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
