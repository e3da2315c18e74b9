/** What one replayed picture says about the candidate. */

import type { SlowThan } from '../plan/steps.ts';
import { type Comparison, compare, countError, type Detection } from './agreement.ts';

/** What the candidate is compared with, for one picture. */
export type Baseline =
  /** `ms`: how long the recorded request took, over the same steps as the candidate's; without it, no latency. */
  | { readonly kind: 'live'; readonly detections: readonly Detection[]; readonly ms?: number }
  /** `count`: how many objects a human decided there are. */
  | { readonly kind: 'human'; readonly count: number };

/** What the candidate made of the same picture. `failed`: it answered with an error, or not at all. */
export type Replay =
  | { readonly status: 'done'; readonly detections: readonly Detection[]; readonly ms?: number }
  | { readonly status: 'failed' };

/** One picture's part in the verdict. */
export type PictureScore =
  | { readonly status: 'failed' }
  | {
      readonly status: 'done';
      /** How many objects the two saw. */
      readonly objects: { readonly baseline: number; readonly candidate: number };
      /** 0–1, see `countError`. */
      readonly countError: number;
      /** Only with baseline `live`. */
      readonly comparison?: Comparison;
      /** Only where both times are known: milliseconds, and whether the candidate was slow. */
      readonly time?: { readonly baselineMs: number; readonly candidateMs: number; readonly slow: boolean };
    };

/**
 * Scores one picture.
 * @param slow what counts as slow; `factor` is of the baseline's time for the same picture
 */
export function scorePicture(baseline: Baseline, replay: Replay, slow?: SlowThan): PictureScore {
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

function timeOf(baseline: Baseline, replay: { readonly ms?: number }, slow: SlowThan | undefined) {
  if (baseline.kind !== 'live' || baseline.ms === undefined || replay.ms === undefined || !slow) return {};
  const limit = 'factor' in slow ? slow.factor * baseline.ms : slow.limitMs;
  return { time: { baselineMs: baseline.ms, candidateMs: replay.ms, slow: replay.ms > limit } };
}
