/**
 * CloudWatch's statistics over the values of one period, as far as functions and commands query them.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */

import { UnsupportedError } from '../errors.ts';
import { ServiceError } from '../protocol/json-service.ts';

/** A statistic, parsed. A trimmed count excludes its lower bound and includes its upper one. */
export type Statistic =
  | { readonly kind: 'sum' | 'sample-count' }
  | { readonly kind: 'percentile'; readonly percent: number }
  | { readonly kind: 'trimmed-count'; readonly over: number; readonly upTo: number };

/**
 * Parses `Sum`, `SampleCount`, `p99.9`, `TC(100:2000)` and the like. CloudWatch allows ten decimals in a number.
 * @throws UnsupportedError; ServiceError for more than ten decimals
 */
export function parseStatistic(text: string): Statistic {
  if (/\.\d{11}/.test(text)) throw new ServiceError('ValidationError', `The statistic ${text} is invalid`);
  if (text === 'Sum') return { kind: 'sum' };
  if (text === 'SampleCount') return { kind: 'sample-count' };
  const [, percent] = /^p(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'percentile', percent: Number(percent) };
  const [matched, over, upTo] = /^TC\(([\d.]*):([\d.]*)\)$/.exec(text) ?? [];
  if (matched === undefined) throw new UnsupportedError(`The statistic ${text}`, 'CloudWatch');
  return {
    kind: 'trimmed-count',
    over: over ? Number(over) : Number.NEGATIVE_INFINITY,
    upTo: upTo ? Number(upTo) : Number.POSITIVE_INFINITY,
  };
}

/** @param values at least one */
export function compute(statistic: Statistic, values: readonly number[]): number {
  switch (statistic.kind) {
    case 'sum':
      return values.reduce((total, value) => total + value, 0);
    case 'sample-count':
      return values.length;
    case 'percentile':
      return percentile(values, statistic.percent);
    case 'trimmed-count':
      return values.filter((value) => value > statistic.over && value <= statistic.upTo).length;
  }
}

/** Linear between the two nearest ranks. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const [below = 0, above = below] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (above - below) * (rank - Math.floor(rank));
}
