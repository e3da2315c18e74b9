/** An estimate in words. */

import type { CannotTell, Estimate, Estimated } from './estimate.ts';
import { LEAST_BEFORE } from './estimate.ts';

/** One sentence without a full stop: `about 12 % (9 % to 16 %, 95 %), by confidences and 140 decisions`. */
export function explainEstimate(estimate: Estimate): string {
  return estimate.by === 'nothing' ? `cannot be told: ${reasonOf(estimate)}` : rangeOf(estimate);
}

function reasonOf({ reason, decisions, more }: CannotTell): string {
  const known = counted(decisions, 'decision');
  switch (reason) {
    case 'pictures':
      return 'no answers by the endpoint’s own thresholds';
    case 'decisions':
      return `${counted(more, 'more decision')} needed (${known} of ${LEAST_BEFORE})`;
    case 'unlike':
      return `too few of the ${known} are on pictures like these; ${counted(more, 'more decision')} on these needed`;
  }
}

function rangeOf({ by, error, low, high, pictures, decisions, decided }: Estimated): string {
  const range = `about ${percent(error)} (${percent(low)} to ${percent(high)}, 95 %) in ${counted(pictures, 'picture')}`;
  if (by === 'decisions') return `${range}, by ${counted(decisions, 'decision')} on pictures of this time`;
  const before = decided === undefined ? '' : `, which had ${percent(decided)}`;
  return `${range}, by confidences, as ${counted(decisions, 'decision')} translate them${before}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Scenes share weights, so that numbers of decisions need not be whole. */
function counted(number: number, what: string): string {
  const whole = Math.round(number);
  return `${whole} ${what}${whole === 1 ? '' : 's'}`;
}
