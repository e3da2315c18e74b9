import type { Detection } from '../../../functions/detection/detect.ts';
import { matchPhoto, VERDICT } from '../../../functions/truth/matching.ts';
import type { EvaluatedPhoto, TruthBox } from '../../../functions/truth/photos.ts';
import { OBJECT_IOU } from './operating-points.ts';

/** Errors of the served detections in one photo. */
export interface PhotoOutcome {
  /** Index in the list of photos. */
  readonly photo: number;
  /** Served detections that match an object, that match none, and objects without a detection. Crowds are ignored. */
  readonly right: readonly Detection[];
  readonly wrong: readonly Detection[];
  readonly missed: readonly TruthBox[];
  /** Wrong counts by label. */
  readonly counts: readonly { readonly label: string; readonly truth: number; readonly counted: number }[];
  /** Missed objects and false detections, by boxes if there are any, otherwise by counts. */
  readonly errors: number;
}

/** The photos with errors, most errors first. */
export function worstPhotos(
  photos: readonly EvaluatedPhoto[],
  labels: readonly string[],
  limit: number,
): PhotoOutcome[] {
  return photos
    .map((photo, index) => outcome(photo, index, labels))
    .filter(({ errors }) => errors > 0)
    .toSorted((a, b) => b.errors - a.errors)
    .slice(0, limit);
}

function outcome(photo: EvaluatedPhoto, index: number, labels: readonly string[]): PhotoOutcome {
  const counts = countsOff(photo, labels);
  const byLabel = photo.truth.boxes ? labels.map((label) => boxesOf(photo, label)) : [];
  const [right, wrong, missed] = [
    byLabel.flatMap((each) => each.right),
    byLabel.flatMap((each) => each.wrong),
    byLabel.flatMap((each) => each.missed),
  ];
  const off = counts.reduce((sum, { truth, counted }) => sum + Math.abs(truth - counted), 0);
  return { photo: index, right, wrong, missed, counts, errors: photo.truth.boxes ? wrong.length + missed.length : off };
}

function countsOff({ truth, served }: EvaluatedPhoto, labels: readonly string[]): PhotoOutcome['counts'] {
  return labels.flatMap((label) => {
    const expected = truth.counts[label];
    const counted = served.filter((detection) => detection.label === label).length;
    return expected === undefined || expected === counted ? [] : [{ label, truth: expected, counted }];
  });
}

function boxesOf({ truth, served }: EvaluatedPhoto, label: string): Pick<PhotoOutcome, 'right' | 'wrong' | 'missed'> {
  if (!truth.judged.has(label)) return { right: [], wrong: [], missed: [] };
  const objects = truth.boxes?.filter((box) => box.label === label) ?? [];
  const detections = served.filter((each) => each.label === label).toSorted((a, b) => b.confidence - a.confidence);
  const options = { thresholds: [OBJECT_IOU], limit: Number.POSITIVE_INFINITY };
  const { verdicts, taken } = matchPhoto(detections, objects, options);
  return {
    right: detections.filter((_, index) => verdicts[0]?.[index] === VERDICT.right),
    wrong: detections.filter((_, index) => verdicts[0]?.[index] === VERDICT.wrong),
    missed: objects.filter((object, index) => !object.crowd && !taken[0]?.has(index)),
  };
}
