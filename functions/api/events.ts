/** The events with which a rollout invokes a published version directly, and their answers. */

import type { GoldenFinding } from '../detection/golden-findings.ts';
import type { Problem, StoredPrediction } from './schemas.ts';

/** Invokes a version on the golden pictures of one of its own packages. */
export interface GoldenEvent {
  readonly kind: 'golden';
  /** Name of the model. Default: the endpoint's first one. One invocation has time for one large model. */
  readonly model?: string;
}

/** The findings of every golden picture of one model, for the caller to judge. */
export interface GoldenAnswer {
  readonly function_version: string;
  /** Names of all models of the endpoint, the default one first. Absent: `findings` are those of all models. */
  readonly models?: readonly string[];
  readonly findings: readonly GoldenFinding[];
}

/** Invokes a version on a recorded request. */
export interface ReplayEvent {
  readonly kind: 'replay';
  /** Id of the recorded request. */
  readonly id: string;
}

/** Invokes a version on a photo of a labelled set. */
export interface LabelledEvent {
  readonly kind: 'labelled';
  /** Key of the photo below the endpoint's labelled sets. */
  readonly photo: string;
}

/** A version's answer to a recorded request, or to a labelled photo. It is not stored. */
export type ReplayAnswer =
  | {
      readonly status: 'done';
      readonly function_version: string;
      readonly detections: StoredPrediction['detections'];
      readonly timing_ms: Readonly<Record<string, number>>;
      /** Of the picture, see `luminanceOf`. Absent: an earlier release answers. */
      readonly luminance?: string;
      /** Only of a labelled photo: size of the upright picture, pixels. */
      readonly image?: { readonly width: number; readonly height: number };
    }
  | { readonly status: 'failed'; readonly function_version: string; readonly problem: Problem }
  /** The recorded request is no longer in the bucket. */
  | { readonly status: 'gone'; readonly function_version: string };

/** Result of invoking a version: its answer, or its function error (crash, timeout, load error). */
export type Invocation<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly failure: string };
