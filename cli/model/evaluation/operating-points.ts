import { matchPhoto, type PhotoMatches, type Scored, VERDICT } from '../../../functions/truth/matching.ts';
import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';
import { type CountError, type CountPair, countError } from './counts.ts';

/** IoU from which a detection matches an object, for precision and recall at a threshold. */
export const OBJECT_IOU = 0.5;

/** Confidence thresholds to evaluate, 0.01 to 0.99. */
export const GRID: readonly number[] = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

/** Numbers of objects at `OBJECT_IOU`, without crowds and without a limit for detections. */
export interface ObjectCounts {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  /** right / (right + wrong); `undefined` without detections. */
  readonly precision: number | undefined;
  /** right / (right + missed); `undefined` without objects. */
  readonly recall: number | undefined;
  /** 2 · right / (2 · right + wrong + missed); `undefined` without objects and detections. */
  readonly f1: number | undefined;
}

/** Results of one label at one threshold. */
export interface OperatingPoint extends ObjectCounts {
  readonly threshold: number;
  readonly count: CountError | undefined;
}

/** Adds the ratios of the three numbers. */
export function objectCounts(right: number, wrong: number, missed: number): ObjectCounts {
  const ratio = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
  return {
    right,
    wrong,
    missed,
    precision: ratio(right, right + wrong),
    recall: ratio(right, right + missed),
    f1: ratio(2 * right, 2 * right + wrong + missed),
  };
}

/** Served detections of one label against the objects of the photos with boxes. */
export function servedCounts(photos: readonly EvaluatedPhoto[], label: string): ObjectCounts {
  return countsAt(
    photos.map((photo) => matchLabel(photo, photo.served, label)),
    0,
  );
}

/**
 * Results of one label at each threshold of a grid, from detections at a very low threshold. With NMS across classes,
 * thresholds of other labels can change them slightly: only a run at the chosen thresholds shows this.
 */
export function operatingPoints(
  photos: readonly EvaluatedPhoto[],
  label: string,
  grid: readonly number[] = GRID,
): OperatingPoint[] {
  const matches = photos.map((photo) => matchLabel(photo, photo.candidates, label));
  return grid.map((threshold) => ({
    threshold,
    ...countsAt(matches, threshold),
    count: countError(pairsAt(photos, label, threshold)),
  }));
}

function matchLabel({ truth }: EvaluatedPhoto, detections: EvaluatedPhoto['served'], label: string): PhotoMatches {
  const judged = truth.boxes && truth.judged.has(label);
  const own: readonly Scored[] = judged ? detections.filter((detection) => detection.label === label) : [];
  const objects = judged ? truth.boxes.filter((box) => box.label === label) : [];
  return matchPhoto(own, objects, { thresholds: [OBJECT_IOU], limit: Number.POSITIVE_INFINITY });
}

/** A threshold only shortens the list, because a detection never changes the match of one with a higher confidence. */
function countsAt(photos: readonly PhotoMatches[], threshold: number): ObjectCounts {
  let [right, wrong, positives] = [0, 0, 0];
  for (const { scores, verdicts, positives: objects } of photos) {
    positives += objects;
    for (const [index, score] of scores.entries()) {
      if (score < threshold) break;
      right += verdicts[0]?.[index] === VERDICT.right ? 1 : 0;
      wrong += verdicts[0]?.[index] === VERDICT.wrong ? 1 : 0;
    }
  }
  return objectCounts(right, wrong, positives - right);
}

function pairsAt(photos: readonly EvaluatedPhoto[], label: string, threshold: number): CountPair[] {
  return photos.flatMap(({ truth, candidates }, photo) => {
    const count = truth.counts[label];
    if (count === undefined) return [];
    const own = candidates.filter((detection) => detection.label === label && detection.confidence >= threshold);
    return [{ photo, truth: count, counted: own.length }];
  });
}
