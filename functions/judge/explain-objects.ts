/** Whether one version detects clearly more than the other, in words. */

import type { ShadowTally } from './shadow-tally.ts';

/** Objects of the version that detects less, of which the other one lacks at most this share. */
const MOST_LACKING = 0.25;
/** From so many times the objects on, the difference is in their number. */
const CLEARLY_MORE = 1.5;

/**
 * `: the candidate detects more: 80 objects against 11, 10 in common; if this is intended, …`
 * @returns an empty text where neither version has nearly all objects of the other
 */
export function moreOrLess(
  { baseline, candidate, missed, extra, matched }: ShadowTally['objects'],
  endpoint: string,
): string {
  const isMore = candidate >= CLEARLY_MORE * baseline && missed <= MOST_LACKING * baseline;
  const isLess = baseline >= CLEARLY_MORE * candidate && extra <= MOST_LACKING * candidate;
  if (!isMore && !isLess) return '';
  const counts = `${candidate} objects against ${baseline}, ${matched} in common`;
  const judge = `if this is intended, let people judge: npm run rollout -- judge ${endpoint}`;
  return `; the candidate detects ${isMore ? 'more' : 'less'}: ${counts}; ${judge}`;
}
