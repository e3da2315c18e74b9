import { type CountError, type CountPair, countError } from './counts.ts';
import { matchPhoto, type PhotoMatches, type Scored, VERDICT } from './matching.ts';
import type { EvaluatedPhoto } from './photos.ts';

/** IoU from which a detection counts as the object it overlaps, wherever precision and recall at a threshold are told. */
export const OBJECT_IOU = 0.5;

/** Confidence thresholds that are tried, 0.01 to 0.99: finer than anyone would choose by hand. */
export const GRID: readonly number[] = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

/** How objects were found: at least `OBJECT_IOU`, crowds ignored, no limit to the number of detections. */
export interface Finding {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  /** right / (right + wrong); `undefined` where nothing was detected. */
  readonly precision: number | undefined;
  /** right / (right + missed); `undefined` where there is nothing to find. */
  readonly recall: number | undefined;
  /** 2 · right / (2 · right + wrong + missed); `undefined` where nothing was there and nothing detected. */
  readonly f1: number | undefined;
}

/** What one label's threshold would give. */
export interface OperatingPoint extends Finding {
  readonly threshold: number;
  readonly count: CountError | undefined;
}

/** The ratios of the three numbers. */
export function finding(right: number, wrong: number, missed: number): Finding {
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

/** How the served detections of one label, in the photos that have boxes, match them. */
export function servedFinding(photos: readonly EvaluatedPhoto[], label: string): Finding {
  return findingAt(
    photos.map((photo) => matchLabel(photo, photo.served, label)),
    0,
  );
}

/**
 * What each threshold of `GRID` would give for one label. Detections come from the run at very low confidence: with NMS across
 * classes, other labels' thresholds can change them a little, which only a run at the chosen thresholds shows.
 */
export function operatingPoints(photos: readonly EvaluatedPhoto[], label: string): OperatingPoint[] {
  const matches = photos.map((photo) => matchLabel(photo, photo.candidates, label));
  return GRID.map((threshold) => ({
    threshold,
    ...findingAt(matches, threshold),
    count: countError(pairsAt(photos, label, threshold)),
  }));
}

function matchLabel({ truth }: EvaluatedPhoto, detections: EvaluatedPhoto['served'], label: string): PhotoMatches {
  const judged = truth.boxes && truth.judged.has(label);
  const own: readonly Scored[] = judged ? detections.filter((detection) => detection.label === label) : [];
  const objects = judged ? truth.boxes.filter((box) => box.label === label) : [];
  return matchPhoto(own, objects, { thresholds: [OBJECT_IOU], limit: Number.POSITIVE_INFINITY });
}

/** A lower-scored detection never changes what a better one takes, so a threshold only cuts the list. */
function findingAt(photos: readonly PhotoMatches[], threshold: number): Finding {
  let [right, wrong, positives] = [0, 0, 0];
  for (const { scores, verdicts, positives: objects } of photos) {
    positives += objects;
    for (const [index, score] of scores.entries()) {
      if (score < threshold) break;
      right += verdicts[0]?.[index] === VERDICT.right ? 1 : 0;
      wrong += verdicts[0]?.[index] === VERDICT.wrong ? 1 : 0;
    }
  }
  return finding(right, wrong, positives - right);
}

function pairsAt(photos: readonly EvaluatedPhoto[], label: string, threshold: number): CountPair[] {
  return photos.flatMap(({ truth, candidates }, photo) => {
    const count = truth.counts[label];
    if (count === undefined) return [];
    const own = candidates.filter((detection) => detection.label === label && detection.confidence >= threshold);
    return [{ photo, truth: count, counted: own.length }];
  });
}
