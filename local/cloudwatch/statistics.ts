/**
 * CloudWatch's statistics over the values of one period.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */

import { UnsupportedError } from '../errors.ts';

type Simple = 'Sum' | 'SampleCount' | 'Average' | 'Minimum' | 'Maximum';

/** A statistic, parsed. Ranges leave out their lower bound and take in their upper one. */
export type Statistic =
  | { readonly kind: Simple }
  | { readonly kind: 'percentile'; readonly percent: number }
  | { readonly kind: 'count' | 'rank'; readonly over: number; readonly upTo: number };

const SIMPLE: ReadonlySet<string> = new Set<Simple>(['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum']);

/** Reads `Sum`, `p99.9`, `TC(100:2000)`, `PR(:300)` and the like. @throws UnsupportedError for others, by name */
export function parseStatistic(text: string): Statistic {
  if (SIMPLE.has(text)) return { kind: text as Simple };
  const [, percent] = /^p(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'percentile', percent: Number(percent) };
  const [, name, over, upTo] = /^(TC|PR)\(([\d.]*):([\d.]*)\)$/.exec(text) ?? [];
  if (name === undefined) throw new UnsupportedError(`The statistic ${text}`, 'CloudWatch');
  return {
    kind: name === 'TC' ? 'count' : 'rank',
    over: over ? Number(over) : Number.NEGATIVE_INFINITY,
    upTo: upTo ? Number(upTo) : Number.POSITIVE_INFINITY,
  };
}

/** @param values at least one */
export function compute(statistic: Statistic, values: readonly number[]): number {
  const sum = () => values.reduce((total, value) => total + value, 0);
  switch (statistic.kind) {
    case 'Sum':
      return sum();
    case 'SampleCount':
      return values.length;
    case 'Average':
      return sum() / values.length;
    case 'Minimum':
      return values.reduce((least, value) => Math.min(least, value));
    case 'Maximum':
      return values.reduce((most, value) => Math.max(most, value));
    case 'percentile':
      return percentile(values, statistic.percent);
    case 'count':
      return countIn(values, statistic);
    case 'rank':
      return (100 * countIn(values, statistic)) / values.length;
  }
}

function countIn(values: readonly number[], { over, upTo }: { readonly over: number; readonly upTo: number }): number {
  return values.filter((value) => value > over && value <= upTo).length;
}

/** Linear between the two nearest ranks. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const [below = 0, above = below] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (above - below) * (rank - Math.floor(rank));
}
