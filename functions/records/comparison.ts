import type { Invocation, ReplayAnswer } from '../api/events.ts';
import type { Baseline, PictureScore } from '../judge/shadow-score.ts';

/** The record of one picture that a shadow compared: `rollouts/…/shadow/{id}.json`. */
export interface ComparisonRecord {
  readonly id: string;
  readonly compared_at: string;
  readonly candidate_version: string;
  readonly baseline: Baseline & { readonly version?: string };
  readonly candidate: Invocation<ReplayAnswer>;
  readonly score: PictureScore;
  /** Key of the picture in the bucket. */
  readonly input: string;
  /** Version of that object; only of an upload. */
  readonly input_version?: string;
}
