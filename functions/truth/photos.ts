import type { Box } from '../detection/box.ts';
import type { Detection } from '../detection/detect.ts';

/** One annotated object. Box in pixels of the upright picture. */
export interface TruthBox {
  readonly label: string;
  readonly box: Box;
  /** A region of many objects that are not annotated separately (COCO's `iscrowd`); detections in it are ignored. */
  readonly crowd: boolean;
  /** Square pixels for `AREA_RANGES`; COCO uses the area of the segment, not of the box. */
  readonly area: number;
}

/** Fewest photos for a verdict of a comparison, because bootstrap intervals of fewer are too narrow. */
export const LEAST_PHOTOS = 20;

/** Annotations of one photo. */
export interface PhotoTruth {
  /** File name, relative to the folder of photos. */
  readonly file: string;
  /** Size of the upright picture in pixels, if the truth states it. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Boxes of the objects; absent if people only counted. */
  readonly boxes?: readonly TruthBox[];
  /** Number of objects by label. 0 for a label without objects; absent for one that cannot be counted. */
  readonly counts: Readonly<Record<string, number>>;
  /** The annotated labels. Whether there are objects of others is unknown. */
  readonly judged: ReadonlySet<string>;
}

/** The truth of a photo and the detections of one model. */
export interface EvaluatedPhoto {
  readonly truth: PhotoTruth;
  /** All detections above a very low confidence, by descending confidence, for average precision. */
  readonly candidates: readonly Detection[];
  /** Detections at the manifest's thresholds. */
  readonly served: readonly Detection[];
}
