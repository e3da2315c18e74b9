import { meanOf, type PooledMatches } from '../../../functions/truth/average-precision.ts';
import { type EvaluatedPhoto, LEAST_PHOTOS } from '../../../functions/truth/photos.ts';
import { type CountPair, countError, countPairs } from './counts.ts';
import { apOf, poolLabel } from './evaluate.ts';
import { seededRandom } from './random.ts';

/** Measures of a comparison. */
export const MEASURES = {
  ap: { name: 'AP50-95', moreIsBetter: true },
  ap50: { name: 'AP50', moreIsBetter: true },
  meanAbsolute: { name: 'mean absolute count error', moreIsBetter: false },
  exact: { name: 'share of exact counts', moreIsBetter: true },
} as const;

export type Measure = keyof typeof MEASURES;

/** One measure of both models on the same photos. */
export interface Difference {
  readonly measure: Measure;
  /** `undefined` for the mean over all labels. */
  readonly label: string | undefined;
  readonly model: number;
  readonly baseline: number;
  /** `model` − `baseline`. */
  readonly difference: number;
  /** 95 % confidence interval of the difference. */
  readonly interval: readonly [low: number, high: number];
  /**
   * `unclear` if the interval contains 0, or fewer than `LEAST_PHOTOS` photos have boxes (for precisions) or counts.
   */
  readonly verdict: 'better' | 'worse' | 'unclear';
}

export interface CompareOptions {
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Called after each resample. */
  readonly progress?: (done: number, of: number) => void;
}

/**
 * Compares two models on the same photos, in the same order, by a paired bootstrap (Efron & Tibshirani, "An
 * Introduction to the Bootstrap", 1993, ch. 13): photos are drawn with replacement, both models are measured on the
 * same draw, and the 2.5 and 97.5 percentiles of the differences bound the interval. Pairing removes the variance of
 * photos that are easy or hard for both. The seed determines the result.
 */
export function comparePaired(
  model: readonly EvaluatedPhoto[],
  baseline: readonly EvaluatedPhoto[],
  labels: readonly string[],
  { resamples = 1000, seed = 1, progress = () => {} }: CompareOptions = {},
): Difference[] {
  const [own, other] = [prepare(model, labels), prepare(baseline, labels)];
  const point = measureBoth(own, other);
  const draws = point.map((): number[] => []);
  const random = seededRandom(seed);
  for (let done = 1; done <= resamples; done++) {
    const drawn = measureBoth(own, other, draw(model.length, random));
    for (const [index, pair] of drawn.entries()) if (pair.values) draws[index]?.push(pair.values[0] - pair.values[1]);
    progress(done, resamples);
  }
  return point.flatMap((pair, index) => summarise(pair, draws[index] ?? [], photosFor(pair.measure, model)));
}

/** Number of photos with annotations for a measure. */
function photosFor(measure: Measure, photos: readonly EvaluatedPhoto[]): number {
  const boxes = measure === 'ap' || measure === 'ap50';
  return photos.filter(({ truth }) => (boxes ? truth.boxes : Object.keys(truth.counts).length > 0)).length;
}

interface Prepared {
  readonly label: string;
  readonly pooled: PooledMatches;
  readonly pairs: readonly CountPair[];
}

function prepare(photos: readonly EvaluatedPhoto[], labels: readonly string[]): Prepared[] {
  return labels.map((label) => ({ label, pooled: poolLabel(photos, label), pairs: countPairs(photos, label) }));
}

/** Number of times that each photo was drawn. */
function draw(photos: number, random: () => number): Uint32Array {
  const weights = new Uint32Array(photos);
  for (let index = 0; index < photos; index++) {
    const drawn = Math.floor(random() * photos);
    weights[drawn] = (weights[drawn] as number) + 1;
  }
  return weights;
}

interface Pair {
  readonly measure: Measure;
  readonly label: string | undefined;
  /** Of the model and of the baseline; `undefined` if the draw has no photo with annotations for it. */
  readonly values: readonly [number, number] | undefined;
}

function measureBoth(model: readonly Prepared[], baseline: readonly Prepared[], weights?: Uint32Array): Pair[] {
  const [own, other] = [measureAll(model, weights), measureAll(baseline, weights)];
  return (Object.keys(MEASURES) as Measure[]).flatMap((measure) => [
    pairOf(measure, undefined, meanOf(own.map((each) => each[measure])), meanOf(other.map((each) => each[measure]))),
    ...own.map((each, index) => pairOf(measure, each.label, each[measure], other[index]?.[measure])),
  ]);
}

function pairOf(measure: Measure, label: string | undefined, a: number | undefined, b: number | undefined): Pair {
  return { measure, label, values: a === undefined || b === undefined ? undefined : [a, b] };
}

function measureAll(labels: readonly Prepared[], weights?: Uint32Array) {
  return labels.map(({ label, pooled, pairs }) => {
    const count = countError(pairs, weights);
    return {
      label,
      ap: apOf(pooled, undefined, weights),
      ap50: apOf(pooled, [0], weights),
      meanAbsolute: count?.meanAbsolute,
      exact: count?.exact,
    };
  });
}

function summarise({ measure, label, values }: Pair, draws: readonly number[], photos: number): Difference[] {
  if (!values || draws.length === 0) return [];
  const [model, baseline] = values;
  const sorted = draws.toSorted((a, b) => a - b);
  const interval = [quantile(sorted, 0.025), quantile(sorted, 0.975)] as const;
  return [
    {
      measure,
      label,
      model,
      baseline,
      difference: model - baseline,
      interval,
      verdict: judge(measure, interval, photos),
    },
  ];
}

function judge(measure: Measure, [low, high]: readonly [number, number], photos: number): Difference['verdict'] {
  if (photos < LEAST_PHOTOS || (low <= 0 && high >= 0)) return 'unclear';
  return low > 0 === MEASURES[measure].moreIsBetter ? 'better' : 'worse';
}

/** The quantile of sorted numbers, interpolated linearly (numpy's default, type 7 of Hyndman & Fan). */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
