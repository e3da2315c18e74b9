/**
 * CloudWatch's API, as far as functions and commands call it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */

import { UnsupportedError } from '../errors.ts';
import { type Input, jsonService, type Operation, ServiceError } from '../protocol/json-service.ts';
import type { OperationName } from '../protocol/operations.ts';
import type { Service } from '../protocol/service.ts';
import type { Metrics, Point } from './metrics.ts';
import { parseStatistic } from './statistics.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

interface DataQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
}

interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Answers GetMetricData. */
export function cloudWatchApi(metrics: Metrics): Service {
  const operations: Record<OperationName<'cloudwatch'>, Operation> = {
    GetMetricData: (input) => {
      const newestFirst = input.ScanBy !== 'TimestampAscending';
      const queries = (input.MetricDataQueries as DataQuery[]).filter(({ ReturnData }) => ReturnData !== false);
      return {
        MetricDataResults: queries.map((query) => dataResult(metrics, query, { ...rangeOf(input), newestFirst })),
        Messages: [],
      };
    },
  };
  return jsonService('monitoring', operations);
}

function dataResult(metrics: Metrics, query: DataQuery, range: Range & { newestFirst: boolean }): object {
  const { Id, Label, Expression, MetricStat } = query;
  if (!MetricStat) throw new UnsupportedError(`The metric expression ${Expression}`, `GetMetricData ${Id}`);
  const { Metric, Period, Stat } = MetricStat;
  const points = pointsOf(metrics, Metric, { ...range, Period, Stat });
  const ordered = range.newestFirst ? points.toReversed() : points;
  return {
    Id,
    Label: Label ?? Metric.MetricName,
    Timestamps: ordered.map(({ time }) => time.getTime() / 1000),
    Values: ordered.map(({ value }) => value),
    StatusCode: 'Complete',
  };
}

function pointsOf(
  metrics: Metrics,
  metric: Metric,
  { Period, Stat, from, to }: Range & { Period: number; Stat: string },
): Point[] {
  if (!(Period > 0 && Period % 60 === 0)) {
    throw new ServiceError('InvalidParameterValue', `Period must be a multiple of 60 seconds, received ${Period}`);
  }
  return metrics.query({
    namespace: metric.Namespace,
    name: metric.MetricName,
    dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    periodMs: Period * 1000,
    statistic: parseStatistic(Stat),
    from,
    to,
  });
}

/** Times are seconds since 1970 in AWS's JSON. */
function rangeOf({ StartTime, EndTime }: Input): Range {
  const range = { from: new Date(Number(StartTime) * 1000), to: new Date(Number(EndTime) * 1000) };
  if (range.from < range.to) return range;
  throw new ServiceError('InvalidParameterValue', 'The parameter EndTime must be greater than StartTime.');
}
