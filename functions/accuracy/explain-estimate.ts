/** An estimate in words. */

import type { CannotTell, Estimate, Estimated } from './estimate.ts';
import { LEAST_BEFORE } from './estimate.ts';

/** Difference from which both cases of other counts are named. */
const NAMED_FROM = 0.03;

/** One sentence without a full stop: `about 12 % (9 % to 16 %, 95 %) in 240 pictures, by confidences and …`. */
export function explainEstimate(estimate: Estimate): string {
  return estimate.by === 'nothing' ? `cannot be told: ${reasonOf(estimate)}` : rangeOf(estimate);
}

function reasonOf({ reason, decisions, more }: CannotTell): string {
  const known = counted(decisions, 'decision');
  const missing = counted(more, 'more decision');
  if (reason === 'decisions') return `${missing} needed (${known} of ${LEAST_BEFORE})`;
  return `too few of the ${known} are on pictures like these; ${missing} on these needed`;
}

function rangeOf(estimated: Estimated): string {
  const { by, low, high, pictures, decisions } = estimated;
  const interval = `${percent(low)} to ${percent(high)}, 95 %`;
  const range = `${errorOf(estimated)} (${interval}) in ${counted(pictures, 'picture')}`;
  const known = counted(decisions, 'decision');
  return by === 'decisions'
    ? `${range}, by ${known} on pictures of this time`
    : `${range}, by confidences and ${known}`;
}

function errorOf({ error, otherwise }: Estimated): string {
  if (!otherwise || Math.abs(otherwise.error - error) < NAMED_FROM) return `about ${percent(error)}`;
  const { found, error: other } = otherwise;
  const cause = found === 'fewer' ? 'more are missed' : 'more are invented';
  return `${percent(error)} if there are ${found} objects than before, ${percent(other)} if ${cause}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Scenes share weights, so that numbers of decisions need not be whole. */
function counted(number: number, what: string): string {
  const whole = Math.round(number);
  return `${whole} ${what}${whole === 1 ? '' : 's'}`;
}
