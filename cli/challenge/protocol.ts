import type { DetectOptions } from '../../functions/detection/detect.ts';
import type { LabelledDetection } from '../../functions/truth/ap50.ts';

/** A model package with the options of each of its variants. */
export interface PackageWork {
  readonly folder: string;
  readonly variants: readonly DetectOptions[];
}

/** First message to a process: the packages that it loads. */
export interface LoadMessage {
  readonly kind: 'load';
  readonly packages: readonly PackageWork[];
}

/** Further messages: one picture each. */
export interface PictureMessage {
  readonly kind: 'picture';
  readonly path: string;
}

/** The answer of one variant to one picture. */
export interface VariantAnswer {
  /** Number of objects; absent: the model failed. */
  readonly count?: number;
  /** Why the model failed. */
  readonly failure?: string;
  /** Milliseconds from bytes to boxes. */
  readonly ms: number;
  /** What it counted; absent: the model failed. */
  readonly detections?: readonly LabelledDetection[];
}

/** Messages of the process: `loaded`, then one for each picture; `failed` ends it. */
export type WorkerMessage =
  | { readonly kind: 'loaded' }
  /** In the order of the packages and their variants. */
  | { readonly kind: 'answered'; readonly answers: readonly VariantAnswer[] }
  /** The picture is refused, whatever the model. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };
