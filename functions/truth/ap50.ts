import { averagePrecision, curve, meanOf, pool } from './average-precision.ts';
import { matchPhoto, type PhotoMatches, type Scored } from './matching.ts';
import type { PhotoTruth } from './photos.ts';

/** A detection of a version. */
export interface LabelledDetection extends Scored {
  readonly label: string;
}

/** One photo's matches at IoU 0.5, by label: of those that were annotated in it. */
export type MatchesByLabel = Readonly<Record<string, PhotoMatches>>;

/** IoU of AP50. */
const IOU = 0.5;

/** Matches a version's detections with the objects of a photo with boxes, label by label. */
export function matchByLabel(
  { boxes = [], judged }: PhotoTruth,
  detections: readonly LabelledDetection[],
  labels: readonly string[],
): MatchesByLabel {
  const own = labels.filter((label) => judged.has(label));
  return Object.fromEntries(
    own.map((label) => {
      const found = detections.filter((detection) => detection.label === label);
      const objects = boxes.filter((box) => box.label === label);
      return [label, matchPhoto(found, objects, { thresholds: [IOU] })];
    }),
  );
}

/** AP50 of one label over some photos, 0–1, or undefined without objects. */
export function labelAp50(photos: readonly MatchesByLabel[], label: string): number | undefined {
  return averagePrecision(curve(pool(photos.flatMap((photo) => photo[label] ?? [])), 0));
}

/** AP50 over some photos: the mean over the labels that have objects in them, 0–1; undefined without objects. */
export function ap50(photos: readonly MatchesByLabel[]): number | undefined {
  const labels = [...new Set(photos.flatMap((photo) => Object.keys(photo)))];
  return meanOf(labels.map((label) => labelAp50(photos, label)));
}
