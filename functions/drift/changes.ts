/** How much each feature has changed against the reference, at the same times of day. */

import { type Bet, type Feature, histogramKey, histogramsOf } from './bets.ts';
import { stratumOf } from './calendar.ts';
import { CELL_SCALE, middleOf, type Ordered, SCALES, type Scale } from './features.ts';
import type { HourSketch, Reference } from './reference.ts';
import { mergeSketches, type Sketch } from './sketch.ts';

const { abs, max, sqrt } = Math;

/** Least share of a label by which a difference is divided. */
const LEAST_SHARE = 0.02;

/** Change of a histogram. */
export interface Change {
  readonly feature: Feature;
  /** Name of the histogram, or of the label: see `Bet`. */
  readonly of: string;
  /** Of a label: `main` is about the pictures of which most objects have it, `share` about all objects. */
  readonly by?: 'main' | 'share';
  /** Means, in the unit of the feature; shares of labels and of the refused. */
  readonly before: number;
  readonly now: number;
  /** Difference of the means on the feature's scale, in standard deviations of the pictures before. */
  readonly deviations: number;
  /** Weight of now: how many scenes have the feature. */
  readonly scenes: number;
}

/**
 * The changes of all histograms that both sides have.
 * @param hours the pictures of now: each hour is compared with the reference's pictures of its time of day
 */
export function changesOf(reference: Reference, hours: readonly HourSketch[]): Change[] {
  const now = mergeSketches(hours.map(({ sketch }) => sketch));
  const histogram = histogramsOf(reference.bets);
  const bets = [...new Map(reference.bets.map((bet) => [histogramKey(bet), bet])).values()];
  return bets.flatMap((bet): Change[] => {
    const of = (sketch: Sketch) => histogram(sketch, bet);
    const expected = expectedOf(reference, hours, of);
    return expected ? changeOf(bet, expected, of(now)) : [];
  });
}

/** What the reference lets expect at the times of these hours; undefined where it has nothing of that. */
function expectedOf(
  { pooled }: Reference,
  hours: readonly HourSketch[],
  histogram: (sketch: Sketch) => readonly number[],
): number[] | undefined {
  const sums: number[] = [];
  for (const { hour, sketch } of hours) {
    const weight = sumOf(histogram(sketch));
    const usual = histogram(pooled[stratumOf(hour)] as Sketch);
    const total = sumOf(usual);
    if (total <= 0) continue;
    usual.forEach((each, bin) => {
      sums[bin] = (sums[bin] ?? 0) + (weight * each) / total;
    });
  }
  return sumOf(sums) > 0 ? sums : undefined;
}

function changeOf({ feature, of, payoff }: Bet, expected: readonly number[], found: readonly number[]): Change[] {
  if (sumOf(found) <= 0) return [];
  const scale = scaleOf(feature, of);
  const position = (bin: number) => (scale ? middleOf(scale, bin) : bin);
  const value = (bin: number) => (scale?.log ? 2 ** position(bin) : position(bin));
  const means = { before: meanBy(value, expected), now: meanBy(value, found) };
  const [before, now] = [meanBy(position, expected), meanBy(position, found)];
  const variance = meanBy((bin) => (position(bin) - before) ** 2, expected);
  // Values of one bin differ: a uniform distribution over its width has this variance. A share has none.
  const least = scale ? ((scale.to - scale.from) / scale.count) ** 2 / 12 : LEAST_SHARE;
  const by = feature === 'labels' ? { by: payoff === 'main' ? payoff : ('share' as const) } : {};
  return [
    { feature, of, ...by, ...means, deviations: (now - before) / sqrt(max(variance, least)), scenes: sumOf(found) },
  ];
}

/** The scale of a histogram; undefined for shares. */
export function scaleOf(feature: Feature, of: string): Scale | undefined {
  if (feature === 'labels' || feature === 'refused') return undefined;
  return feature === 'scene' ? CELL_SCALE : SCALES[of as Ordered];
}

/** The change of a feature: of its histogram that changed most. */
export interface FeatureChange extends Change {
  /** Of labels, all of them together (Cohen's w); of others, as `deviations`, without its sign. */
  readonly size: number;
}

/** The largest change of each feature, by size. */
export function largestChanges(changes: readonly Change[]): FeatureChange[] {
  const byFeature = Map.groupBy(changes, ({ feature }) => feature);
  const largest = [...byFeature.values()].map((all) => {
    const [most] = all.toSorted((a, b) => abs(b.deviations) - abs(a.deviations)) as [Change];
    const byKind = [...Map.groupBy(all, ({ by }) => by).values()];
    return { ...most, size: most.feature === 'labels' ? max(...byKind.map(cohensW)) : abs(most.deviations) };
  });
  return largest.toSorted((a, b) => b.size - a.size);
}

/**
 * √ Σ (now − before)² / before over all labels (Cohen, Statistical Power Analysis, 1988, chapter 7), without what so
 * few scenes have by chance: their sum is then the number of labels by that of scenes, on average.
 */
function cohensW(labels: readonly Change[]): number {
  const [{ scenes }] = labels as [Change];
  const sum = labels.reduce((total, { before, now }) => total + (now - before) ** 2 / max(before, LEAST_SHARE), 0);
  return sqrt(max(0, sum - labels.length / scenes));
}

function sumOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function meanBy(value: (bin: number) => number, weights: readonly number[]): number {
  return weights.reduce((sum, weight, bin) => sum + weight * value(bin), 0) / sumOf(weights);
}
