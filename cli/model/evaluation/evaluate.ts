import {
  averagePrecision,
  curve,
  meanOf,
  type PooledMatches,
  pool,
} from '../../../functions/truth/average-precision.ts';
import { type AREA_RANGES, type AreaRange, IOU_THRESHOLDS, matchPhoto } from '../../../functions/truth/matching.ts';
import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';
import { type BiasByNumber, biasByNumber, type CountError, countError, countPairs } from './counts.ts';
import { type ObjectCounts, type OperatingPoint, operatingPoints, servedCounts } from './operating-points.ts';

/** Average precisions as COCO defines them, 0–1; `undefined` without objects. */
export interface Precisions {
  /** At IoU 0.50. */
  readonly ap50: number | undefined;
  /** At IoU 0.75. */
  readonly ap75: number | undefined;
  /** Mean over IoU 0.50 to 0.95: COCO's "AP". */
  readonly ap: number | undefined;
  /** The same for small (below 32² square pixels), medium and large (over 96²) objects. */
  readonly apSmall: number | undefined;
  readonly apMedium: number | undefined;
  readonly apLarge: number | undefined;
  /** Recall with 100 detections per photo, mean over the IoU thresholds: COCO's "AR". */
  readonly recall: number | undefined;
}

/** Results for one label. */
export interface LabelEvaluation {
  readonly label: string;
  /** Number of photos with boxes in which the label was annotated. */
  readonly photos: number;
  /** Number of objects in them, without crowds. */
  readonly objects: number;
  readonly precisions: Precisions;
  /** As served, at the manifest's thresholds. */
  readonly served: ObjectCounts;
  /** As served; `undefined` without true counts. */
  readonly count: CountError | undefined;
  /** The same in the photos that have the object; `undefined` without such photos. */
  readonly present: CountError | undefined;
  /** What counting 0 everywhere would give in all photos. */
  readonly alwaysZero: CountError | undefined;
  readonly points: readonly OperatingPoint[];
}

export interface Evaluation {
  readonly photos: number;
  readonly labels: readonly LabelEvaluation[];
  /** Means over the labels with objects. */
  readonly mean: Precisions;
  /** Means over the labels with true counts. */
  readonly count: Pick<CountError, 'meanAbsolute' | 'bias' | 'exact'> | undefined;
  /** Bias by the number of objects in a photo, over all labels. */
  readonly biasByNumber: readonly BiasByNumber[];
}

/** Evaluates detections in photos for these labels. */
export function evaluate(photos: readonly EvaluatedPhoto[], labels: readonly string[]): Evaluation {
  const evaluated = labels.map((label) => evaluateLabel(photos, label));
  const meanBy = (key: keyof Precisions) => meanOf(evaluated.map(({ precisions }) => precisions[key]));
  return {
    photos: photos.length,
    labels: evaluated,
    mean: {
      ap50: meanBy('ap50'),
      ap75: meanBy('ap75'),
      ap: meanBy('ap'),
      apSmall: meanBy('apSmall'),
      apMedium: meanBy('apMedium'),
      apLarge: meanBy('apLarge'),
      recall: meanBy('recall'),
    },
    count: meanCount(evaluated.flatMap(({ count }) => count ?? [])),
    biasByNumber: biasByNumber(labels.flatMap((label) => countPairs(photos, label))),
  };
}

function evaluateLabel(photos: readonly EvaluatedPhoto[], label: string): LabelEvaluation {
  const pooled = poolLabel(photos, label);
  const pairs = countPairs(photos, label);
  return {
    label,
    photos: photos.filter((photo) => isJudged(photo, label)).length,
    objects: pooled.positives.reduce((sum, count) => sum + count, 0),
    precisions: precisionsOf(photos, label, pooled),
    served: servedCounts(photos, label),
    count: countError(pairs),
    present: countError(pairs.filter(({ truth }) => truth > 0)),
    alwaysZero: countError(pairs.map((pair) => ({ ...pair, counted: 0 }))),
    points: operatingPoints(photos, label),
  };
}

function isJudged({ truth }: EvaluatedPhoto, label: string): boolean {
  return truth.boxes !== undefined && truth.judged.has(label);
}

/** The matches of one label at `IOU_THRESHOLDS`. A photo without annotations of the label counts as empty. */
export function poolLabel(photos: readonly EvaluatedPhoto[], label: string, area: AreaRange = 'all'): PooledMatches {
  return pool(
    photos.map((photo) => {
      if (!isJudged(photo, label)) return matchPhoto([], []);
      const detections = photo.candidates.filter((detection) => detection.label === label);
      const objects = photo.truth.boxes?.filter((box) => box.label === label) ?? [];
      return matchPhoto(detections, objects, { area });
    }),
  );
}

function precisionsOf(photos: readonly EvaluatedPhoto[], label: string, all: PooledMatches): Precisions {
  const [small, medium, large] = (['small', 'medium', 'large'] as const satisfies (keyof typeof AREA_RANGES)[]).map(
    (area) => apOf(poolLabel(photos, label, area)),
  );
  const curves = IOU_THRESHOLDS.map((_, index) => curve(all, index));
  return {
    ap50: apOf(all, [0]),
    ap75: apOf(all, [5]),
    ap: apOf(all),
    apSmall: small,
    apMedium: medium,
    apLarge: large,
    recall: meanOf(curves.map(({ recall, positives }) => (positives === 0 ? undefined : (recall.at(-1) ?? 0)))),
  };
}

/** Mean average precision over some of `IOU_THRESHOLDS`, by their index; default all. */
export function apOf(pooled: PooledMatches, thresholds?: readonly number[], weights?: Uint32Array): number | undefined {
  const chosen = thresholds ?? IOU_THRESHOLDS.keys().toArray();
  return meanOf(chosen.map((threshold) => averagePrecision(curve(pooled, threshold, weights))));
}

function meanCount(counts: readonly CountError[]): Evaluation['count'] {
  if (counts.length === 0) return undefined;
  const mean = (key: 'meanAbsolute' | 'bias' | 'exact') =>
    counts.reduce((sum, count) => sum + count[key], 0) / counts.length;
  return { meanAbsolute: mean('meanAbsolute'), bias: mean('bias'), exact: mean('exact') };
}
