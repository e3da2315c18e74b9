import type { Detection, Step } from '../../../functions/detection/detect.ts';

/**
 * Protocols of published numbers, by name. COCO: suppression per class at IoU 0.65, as YOLOX, NanoDet and others
 * evaluate: https://github.com/Megvii-BaseDetection/YOLOX/blob/main/exps/default/yolox_nano.py
 */
export const PROTOCOLS = { coco: { nms: 'per-class', iou: 0.65 } } as const;

export type Protocol = keyof typeof PROTOCOLS;

/** Request to the process that runs a model. */
export interface RunRequest {
  /** Folder of the model package. */
  readonly folder: string;
  /** Paths of the pictures. */
  readonly pictures: readonly string[];
  /** Confidence threshold of `candidates`, 0–1. Without it there are none, and each picture is decoded once. */
  readonly floor?: number;
  /** Suppression of `candidates`. Default: the package's own, as served. */
  readonly protocol?: Protocol;
  /** Threads per inference. Default 1, as served. */
  readonly threads?: number;
  /** Thresholds by label for `served`; they override those of the manifest. */
  readonly perLabel?: Readonly<Record<string, number>>;
}

/** Detections of a model in one picture. */
export interface PictureAnswer {
  /** Size of the upright picture, pixels. */
  readonly image: { readonly width: number; readonly height: number };
  /** At the manifest's thresholds, as served. */
  readonly served: readonly Detection[];
  /** All above `floor`. */
  readonly candidates: readonly Detection[];
  /**
   * Milliseconds by step of the served detection, up to `boxes`: later steps do not depend on the model and are not
   * run.
   */
  readonly timing: Readonly<Partial<Record<Step, number>>>;
}

/** Memory of the process, megabytes (10⁶ bytes) resident. */
export interface Memory {
  /** With the model loaded, before its first picture. */
  readonly loaded: number;
  /** Largest value so far. */
  readonly peak: number;
}

/** Messages of the process: the answer for each picture in order, then `done`; or `failed` at any time. */
export type RunMessage =
  | { readonly kind: 'answer'; readonly answer: PictureAnswer }
  | { readonly kind: 'done'; readonly loadMs: number; readonly memory: Memory }
  | { readonly kind: 'failed'; readonly picture?: string; readonly name: string; readonly message: string };
