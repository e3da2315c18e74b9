import type { Detection, Step } from '../../../functions/detection/detect.ts';

/** What the process that runs a model is asked. */
export interface RunRequest {
  /** The model package's folder. */
  readonly folder: string;
  /** Paths of the pictures. */
  readonly pictures: readonly string[];
  /** Least confidence of `candidates`, 0–1; without it there are none, and each picture is decoded once only. */
  readonly floor?: number;
  /** Threads of one inference. Default 1, as served. */
  readonly threads?: number;
  /** Thresholds by label that go before the manifest's, for `served`. */
  readonly perLabel?: Readonly<Record<string, number>>;
}

/** What a model says about one picture. */
export interface PictureAnswer {
  /** Size of the upright picture, pixels. */
  readonly image: { readonly width: number; readonly height: number };
  /** As served: at the manifest's thresholds. */
  readonly served: readonly Detection[];
  /** Everything from `floor` on. */
  readonly candidates: readonly Detection[];
  /** Milliseconds by step of the served detection; the steps after `boxes` do not depend on the model and are not run. */
  readonly timing: Readonly<Partial<Record<Step, number>>>;
}

/** Memory of the process, megabytes (10⁶ bytes) resident. */
export interface Memory {
  /** With the model loaded, before its first picture. */
  readonly loaded: number;
  /** The most it ever was. */
  readonly peak: number;
}

/** What the process tells, in order: each picture's answer, then `done`; or `failed` at any time. */
export type RunMessage =
  | { readonly kind: 'answer'; readonly answer: PictureAnswer }
  | { readonly kind: 'done'; readonly loadMs: number; readonly memory: Memory }
  | { readonly kind: 'failed'; readonly picture?: string; readonly name: string; readonly message: string };
