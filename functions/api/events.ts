/** The events by which a rollout invokes a published version directly, and the answers to them. */

import type { GoldenFinding } from '../detection/golden-findings.ts';
import type { Problem, StoredPrediction } from './schemas.ts';

/** Invokes a version on the golden pictures of its own packages. */
export interface GoldenEvent {
  readonly kind: 'golden';
}

/** The findings for every golden picture of every model. The caller judges them. */
export interface GoldenAnswer {
  readonly function_version: string;
  readonly findings: readonly GoldenFinding[];
}

/** Invokes a version on a recorded request. */
export interface ReplayEvent {
  readonly kind: 'replay';
  /** Id of the recorded request. */
  readonly id: string;
}

/** A version's answer to a recorded request. It is not stored, and no caller sees it. */
export type ReplayAnswer =
  | {
      readonly status: 'done';
      readonly function_version: string;
      readonly detections: StoredPrediction['detections'];
      readonly timing_ms: Readonly<Record<string, number>>;
    }
  | { readonly status: 'failed'; readonly function_version: string; readonly problem: Problem }
  /** The recorded request is no longer in the bucket. */
  | { readonly status: 'gone'; readonly function_version: string };

/** Result of invoking a version: its answer, or how its function failed (crash, timeout, load error). */
export type Invocation<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly failure: string };
