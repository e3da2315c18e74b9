/** A mean over pictures as it developed, picture by picture. */

import { leastMean, meanOf, mostMean, type Sample } from '../evidence/bounded-mean.ts';

/** The mean after `count` values, with always-valid confidence bounds. All 0–1. */
export interface TrendPoint {
  readonly count: number;
  readonly mean: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * The mean with its bounds after growing numbers of values, at most about `points` of them.
 * @param values 0–1, in order of time
 * @param alpha the probability that one bound is ever wrong, default 0.05
 */
export function trendOf(values: readonly number[], { points = 60, alpha = 0.05 } = {}): TrendPoint[] {
  const every = Math.max(1, Math.ceil(values.length / points));
  const times = new Map<number, number>();
  return values.flatMap((value, index) => {
    const rounded = Number(value.toFixed(4));
    times.set(rounded, (times.get(rounded) ?? 0) + 1);
    const count = index + 1;
    if (count % every !== 0 && count !== values.length) return [];
    const sample: Sample = [...times];
    const mean = meanOf(sample) ?? 0;
    return [{ count, mean, atLeast: leastMean(sample, alpha), atMost: mostMean(sample, alpha) }];
  });
}
