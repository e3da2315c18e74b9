import {
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { ALIAS, DIMENSION } from '../contract.ts';

/** The endpoint whose requests are counted. */
export interface Subject {
  /** Namespace of the deployment's metrics. */
  readonly namespace: string;
  readonly endpoint: string;
  readonly functionName: string;
}

type Metric = NonNullable<NonNullable<MetricDataQuery['MetricStat']>['Metric']>;

/** Queries of one endpoint's metrics by version. */
export class VersionMetrics {
  private readonly cloudWatch: CloudWatchClient;
  private readonly subject: Subject;

  constructor(cloudWatch: CloudWatchClient, subject: Subject) {
    this.cloudWatch = cloudWatch;
    this.subject = subject;
  }

  /** A metric that the detect function writes itself. */
  own(name: string, version: string): Metric {
    const { namespace, endpoint, functionName } = this.subject;
    const dimensions = {
      [DIMENSION.endpoint]: endpoint,
      [DIMENSION.function]: functionName,
      [DIMENSION.version]: version,
    };
    return { Namespace: namespace, MetricName: name, Dimensions: toDimensions(dimensions) };
  }

  /** Invocations that Lambda counts as failed. */
  lambdaErrors(version: string): Metric {
    const { functionName } = this.subject;
    const dimensions = {
      FunctionName: functionName,
      Resource: `${functionName}:${ALIAS.live}`,
      ExecutedVersion: version,
    };
    return { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: toDimensions(dimensions) };
  }

  /** @returns undefined where a metric is not complete on its last page */
  async query(queries: MetricDataQuery[], from: Date, to: Date): Promise<MetricDataResult[] | undefined> {
    const results: MetricDataResult[] = [];
    const input = { MetricDataQueries: queries, StartTime: from, EndTime: to, ScanBy: 'TimestampAscending' as const };
    for await (const page of paginateGetMetricData({ client: this.cloudWatch }, input)) {
      results.push(...(page.MetricDataResults ?? []));
    }
    const last = new Map(results.map(({ Id, StatusCode }) => [Id, StatusCode]));
    return [...last.values()].every((status) => status === 'Complete') ? results : undefined;
  }
}

function toDimensions(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

/** The sum of a query's values over all its periods and pages. */
export function sumOf(results: readonly MetricDataResult[], id: string): number {
  return results.filter(({ Id }) => Id === id).reduce((sum, { Values = [] }) => Values.reduce((a, b) => a + b, sum), 0);
}

/** Lambda ends an invocation after 15 minutes. */
const LONGEST_MS = 900_000;

/**
 * The statistic that counts values over a bound. In whole milliseconds, rounded up, because CloudWatch allows ten
 * decimals: a quantile has up to 14.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function slowStatistic(slowerThanMs: number): string {
  return `TC(${Math.min(Math.ceil(slowerThanMs), LONGEST_MS)}:)`;
}
