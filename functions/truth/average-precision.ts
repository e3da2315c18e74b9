import { type PhotoMatches, VERDICT } from './matching.ts';

/** COCO's recall levels, 0 to 1 in steps of 0.01, computed like numpy's `linspace`. */
export const RECALL_LEVELS: readonly number[] = Array.from({ length: 101 }, (_, index) =>
  index === 100 ? 1 : index * 0.01,
);

/** The detections of one class in all photos, by descending confidence; equal ones in the order of the photos. */
export interface PooledMatches {
  readonly scores: Float64Array;
  /** The photo of each detection. */
  readonly photo: Uint32Array;
  /** One `VERDICT` per detection, for each IoU threshold. */
  readonly verdicts: readonly Uint8Array[];
  /** Number of objects by photo. */
  readonly positives: Uint32Array;
}

/** Merges the matches of one class in all photos. */
export function pool(photos: readonly PhotoMatches[]): PooledMatches {
  const entries = photos.flatMap(({ scores }, photo) => scores.map((score, index) => ({ score, photo, index })));
  entries.sort((a, b) => b.score - a.score);
  const thresholds = photos[0]?.verdicts.length ?? 0;
  return {
    scores: Float64Array.from(entries, ({ score }) => score),
    photo: Uint32Array.from(entries, ({ photo }) => photo),
    verdicts: Array.from({ length: thresholds }, (_, threshold) =>
      Uint8Array.from(entries, ({ photo, index }) => photos[photo]?.verdicts[threshold]?.[index] as number),
    ),
    positives: Uint32Array.from(photos, ({ positives }) => positives),
  };
}

/** Precision and recall after each counted detection, by descending confidence, up to the last right one. */
export interface Curve {
  readonly scores: Float64Array;
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** Number of objects. */
  readonly positives: number;
}

/**
 * The precision-recall curve of one class at one IoU threshold, not interpolated. Typed arrays, because the bootstrap
 * computes thousands of curves.
 * @param weights number of times that each photo counts. Default 1
 */
export function curve(pooled: PooledMatches, threshold: number, weights?: Uint32Array): Curve {
  const { scores, photo, positives } = pooled;
  const all = pooled.verdicts[threshold] ?? new Uint8Array();
  // Because recall is constant and precision falls after the last right detection, and most detections come after it.
  const verdicts = all.subarray(0, all.lastIndexOf(VERDICT.right) + 1);
  const total = positives.reduce((sum, count, index) => sum + count * (weights ? (weights[index] as number) : 1), 0);
  const result = emptyCurve(verdicts.length);
  let [right, wrong, length] = [0, 0, 0];
  for (let index = 0; index < verdicts.length; index++) {
    const weight = weights ? (weights[photo[index] as number] as number) : 1;
    if (verdicts[index] === VERDICT.ignored || weight === 0) continue;
    if (verdicts[index] === VERDICT.right) right += weight;
    else wrong += weight;
    result.scores[length] = scores[index] as number;
    result.precision[length] = right / (right + wrong);
    result.recall[length] = right / total;
    length++;
  }
  return cut(result, length, total);
}

function emptyCurve(length: number) {
  return {
    scores: new Float64Array(length),
    precision: new Float64Array(length),
    recall: new Float64Array(length),
  };
}

function cut({ scores, precision, recall }: ReturnType<typeof emptyCurve>, length: number, positives: number): Curve {
  return {
    scores: scores.subarray(0, length),
    precision: precision.subarray(0, length),
    recall: recall.subarray(0, length),
    positives,
  };
}

/**
 * COCO's average precision: the mean, over 101 recall levels, of the best precision at that recall or above; 0 for a
 * recall that is not reached.
 * @returns 0–1, or `undefined` without objects (COCO's means exclude such a class)
 */
export function averagePrecision({ precision, recall, positives }: Curve): number | undefined {
  if (positives === 0) return undefined;
  return mean(interpolate(precision, recall));
}

/** Best precision at or above each of `RECALL_LEVELS`. */
export function interpolate(precision: Float64Array, recall: Float64Array): number[] {
  const envelope = precision.slice();
  for (let index = envelope.length - 2; index >= 0; index--) {
    envelope[index] = Math.max(envelope[index] as number, envelope[index + 1] as number);
  }
  let at = 0;
  return RECALL_LEVELS.map((level) => {
    while (at < recall.length && (recall[at] as number) < level) at++;
    return envelope[at] ?? 0;
  });
}

/** Mean of the known numbers, or `undefined` without any. */
export function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : mean(known);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
