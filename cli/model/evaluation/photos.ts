import type { Box } from '../../../functions/detection/box.ts';
import type { Detection } from '../../../functions/detection/detect.ts';

/** One object as a person annotated it. Box in pixels of the upright picture. */
export interface TruthBox {
  readonly label: string;
  readonly box: Box;
  /** A region of many objects that were not told apart (COCO's `iscrowd`): finding it is neither right nor wrong. */
  readonly crowd: boolean;
  /** Square pixels by which `AREA_RANGES` sort objects; COCO takes the segment's, not the box's. */
  readonly area: number;
}

/** What is known about one photo. */
export interface PhotoTruth {
  /** The file's name, below the folder of photos. */
  readonly file: string;
  /** Size of the upright picture in pixels, where the truth states it. */
  readonly size?: { readonly width: number; readonly height: number };
  /** The objects' boxes; absent where people only counted. */
  readonly boxes?: readonly TruthBox[];
  /** Number of objects by label. A label that was looked for and not found is 0; one that nobody can count is absent. */
  readonly counts: Readonly<Record<string, number>>;
  /** The labels that were looked for in this photo: of others nothing is known. */
  readonly judged: ReadonlySet<string>;
}

/** A photo's truth beside what one model says about it. */
export interface EvaluatedPhoto {
  readonly truth: PhotoTruth;
  /** Everything down to a very low confidence, by confidence, descending: what average precision is made of. */
  readonly candidates: readonly Detection[];
  /** What the model serves, at its manifest's thresholds. */
  readonly served: readonly Detection[];
}
