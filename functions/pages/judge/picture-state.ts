/** Whether a person can have seen the pair that a decision is for. */

import type { Preference } from './commands.ts';

/** What is known of the pictures of a pair. Times in milliseconds, of one clock. */
export interface PictureState {
  /** When the pair was shown, with or without its pictures. */
  readonly appeared: number;
  /** When both pictures were painted. Absent: they are not. */
  readonly painted?: number;
}

/** Shortest time for which a pair is shown, so that a double press does not decide a pair that nobody saw. */
export const LEAST_SHOWN_MS = 300;

/**
 * Why a decision is not accepted now; undefined: it is. `cannot tell` needs no picture.
 * @param decision `count`: a count, also one that is only begun
 */
export function refusalOf(
  decision: Preference | 'count',
  { appeared, painted }: PictureState,
  now: number,
): string | undefined {
  const from = decision === 'cannot tell' ? appeared : painted;
  if (from === undefined) return 'The picture is not loaded yet.';
  return now - from < LEAST_SHOWN_MS ? 'Too quick: this is a new pair.' : undefined;
}
