/**
 * Is a rate below a bound? Universal inference, as in `two-rates.ts`, for one tally: valid at every look, for requests
 * whose chance to fail, given those before, is at least the bound while the hypothesis holds.
 *
 * Proof. E = ∫ L(θ) dW(θ) / max { L(θ) : θ ≥ bound }. If each chance θ_i ≥ bound, then at θ° = bound, for every θ* of W
 * below it, one factor has the expectation (1 − θ_i)(1 − θ*)/(1 − bound) + θ_i θ* / bound ≤ 1, because it falls with
 * θ_i and is 1 at the bound; for θ* ≥ bound, L(θ*) is at most the maximum. So E is at most a mixture of nonnegative
 * supermartingales that start at 1, and constants of at most 1.
 *
 * For values 0 and 1 it takes fewer requests than betting (`bounded-mean.ts`), because its alternatives are rates close
 * to 0.
 */

import { LOW } from './alternatives.ts';
import { bisect, logSumExp } from './log-math.ts';
import { logBetaBinomial, logLikelihood, type Tally } from './tally.ts';

const { log, max } = Math;

/**
 * Evidence that the rate is below `bound`.
 * @param bound over 0, under 1
 * @returns ln E against "rate ≥ bound"; α is reached at ln(1/α)
 */
export function evidenceRateBelow(tally: Tally, bound: number): number {
  if (tally.trials === 0) return 0;
  const average = logSumExp(LOW.map(([weight, prior]) => log(weight) + logBetaBinomial(tally, prior)));
  return average - logLikelihood(tally, max(bound, tally.hits / tally.trials));
}

/** The rate is at most this, with certainty 1 − alpha, at this and every other look. */
export function mostRate(tally: Tally, alpha: number): number {
  const enough = -log(alpha);
  return bisect([0, 1], (bound) => evidenceRateBelow(tally, bound) < enough)[1];
}
