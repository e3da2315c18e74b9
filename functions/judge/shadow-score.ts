/** The score of one replayed picture. */

import type { SlowReplayThan } from '../plan/slow-than.ts';
import { type Comparison, compare, countError, type Detection } from './agreement.ts';

/** The answer that the candidate's is compared with, for one picture. */
export type Baseline =
  /** `ms`: duration of the live version's replay, over the same steps as the candidate's; absent: not timed. */
  | { readonly kind: 'live'; readonly detections: readonly Detection[]; readonly ms?: number }
  /** `count`: how many objects a human decided there are. */
  | { readonly kind: 'human'; readonly count: number };

/** The candidate's answer to the same picture. `failed`: an error, or no answer. */
export type Replay =
  | { readonly status: 'done'; readonly detections: readonly Detection[]; readonly ms?: number }
  | { readonly status: 'failed' };

/** One picture's contribution to the verdict. */
export type PictureScore =
  | { readonly status: 'failed' }
  | {
      readonly status: 'done';
      /** How many objects each detected. */
      readonly objects: { readonly baseline: number; readonly candidate: number };
      /** 0–1, see `countError`. */
      readonly countError: number;
      /** Only with baseline `live`. */
      readonly comparison?: Comparison;
      /** Only where both durations are known: milliseconds, and whether the candidate was slow. */
      readonly time?: { readonly baselineMs: number; readonly candidateMs: number; readonly slow: boolean };
    };

/**
 * Scores one picture.
 * @param slow the bound of slow answers; `factor` is of the baseline's duration for the same picture
 */
export function scorePicture(baseline: Baseline, replay: Replay, slow?: SlowReplayThan): PictureScore {
  if (replay.status === 'failed') return { status: 'failed' };
  const { detections } = replay;
  const expected = baseline.kind === 'live' ? baseline.detections.length : baseline.count;
  return {
    status: 'done',
    objects: { baseline: expected, candidate: detections.length },
    countError: countError(expected, detections.length),
    ...(baseline.kind === 'live' && { comparison: compare(baseline.detections, detections) }),
    ...timeOf(baseline, replay, slow),
  };
}

function timeOf(baseline: Baseline, replay: { readonly ms?: number }, slow: SlowReplayThan | undefined) {
  if (baseline.kind !== 'live' || baseline.ms === undefined || replay.ms === undefined || !slow) return {};
  const limit = 'factor' in slow ? slow.factor * baseline.ms : slow.limitMs;
  return { time: { baselineMs: baseline.ms, candidateMs: replay.ms, slow: replay.ms > limit } };
}
