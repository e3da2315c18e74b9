/**
 * Evidence of a whole rollout: that of the present step times that of what came before it.
 *
 * Valid, because the evidence of each part is, given everything before that part, a nonnegative supermartingale that
 * starts at 1, while the hypothesis holds: so is the product, and the chance that it ever reaches 1/α is at most α
 * (Ville). The parts may end at any time, for any reason, and the alternatives of a part may depend on those before.
 * The hypothesis of the product is that *every* part satisfies it: the candidate's rate is live's plus the margin, or
 * more, at each moment. Not pooled counts: with other shares of traffic in each step, a rate that drifts for both
 * versions together would look like a difference (Simpson's paradox).
 *
 * Replays are such a part. Let q be the chance that the candidate fails at a request that live has answered. From
 * θc ≤ q (1 − θl) + θl follows θc − θl ≤ q: "θc ≥ θl + margin" implies "q ≥ margin", and evidence against the second is
 * evidence against the first. That holds as far as recorded requests are like those to come, and a version fails alike
 * in a replay. What fails only in live traffic is another matter; hence two limits:
 *
 * - Evidence from before counts at most 2/α: the requests of this step may halve it, no more, so that they do not speak
 *   against the candidate. (A smaller number than an e-value is one, too.)
 * - A step has a margin of its own for live requests alone.
 */

import { bisect } from './log-math.ts';
import { evidenceRateBelow } from './one-rate.ts';
import type { Tally } from './tally.ts';
import { evidenceNotWorse, type TwoTallies } from './two-rates.ts';

const { log, min } = Math;

/** What came before the present requests, of the same two versions. */
export interface Carried {
  /** Live traffic of earlier steps. */
  readonly earlier: readonly TwoTallies[];
  /** Replays of different requests that live has answered; `hits` failed. */
  readonly replays?: Tally;
}

/** Nothing came before. */
export const NOTHING_CARRIED: Carried = { earlier: [] };

/** The same without replays. */
export function liveTrafficOf({ earlier }: Carried): Carried {
  return { earlier };
}

/**
 * Evidence that the candidate's rate is below live's plus `margin`.
 * @param margin difference of rates, −1 to 1, that would be worse
 * @param alpha the chance that a promotion may be wrong
 * @returns ln E against "candidate ≥ live + margin"; α is reached at ln(1/α)
 */
export function evidenceNotWorseInAll(counts: TwoTallies, carried: Carried, margin: number, alpha: number): number {
  const { earlier, replays } = carried;
  const inTraffic = earlier.reduce((sum, before) => sum + evidenceNotWorse(before, margin), 0);
  const inReplays = replays ? evidenceRateBelow(replays, margin) : 0;
  return evidenceNotWorse(counts, margin) + min(inTraffic + inReplays, log(2 / alpha));
}

/** The candidate's rate minus live's is at most this, with certainty 1 − alpha, at this and every other look. */
export function mostDifferenceInAll(counts: TwoTallies, carried: Carried, alpha: number): number {
  const enough = -log(alpha);
  return bisect([-1, 1], (difference) => evidenceNotWorseInAll(counts, carried, difference, alpha) < enough)[1];
}
