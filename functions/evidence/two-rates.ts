/**
 * Is the candidate's rate worse than live's? Evidence from two counts that may be looked at after every request, for as
 * long as needed, without more risk of a wrong conclusion (always-valid, sequential inference).
 *
 * The evidence is a *universal-inference e-process*: the likelihood of the counts, averaged over alternatives (beta
 * priors, closed form), over the largest likelihood that the null hypothesis can give them:
 *
 *     E = ∫ L(θc, θl) dW(θc, θl)  /  max { L(θc, θl) : (θc, θl) in H0 }
 *
 * If H0 holds, the chance that E *ever* reaches 1/α is at most α (Ville 1939). So "E ≥ 1/α" decides at any look.
 *
 * Why this one and not an ordinary test: an ordinary test at 1 % that is looked at every minute of a day is wrong far
 * more often than in 1 % of the days. Why not two separate confidence sequences: together they need about twice the
 * requests. Why not a betting test with a hedge fixed by the alias's weight: if the candidate receives fewer requests
 * than its weight, that alone is evidence for such a test, without a single failure.
 *
 * It is exact in two situations, each enough alone:
 * 1. each version's rate is constant during the step, whatever the order in which requests reach the versions;
 * 2. requests are routed at random (by the alias's weight, of any constant value, known or not) and the two rates drift
 *    together in any way, but satisfy H0 at each moment. Proof: for each alternative θ* and the weight w, let θ° be the
 *    member of H0 closest to θ* (w·KL + (1 − w)·KL). H0 is convex, so per request E[p_θ*(y) / p_θ°(y)] ≤ 1, the
 *    product over requests is a supermartingale, and E above is at most its average over θ*, because the maximum over
 *    H0 is at least the likelihood of θ°.
 * So a common outage during the step, which affects both versions at the same time, is no evidence against the
 * candidate. Both hold for any alternatives W that are chosen before the step's requests, such as by live's requests of
 * the day before: a choice that turns out to be wrong costs power, never validity.
 *
 * Why not the sharper test of Turner, Ly, Grünwald, which divides by the member of H0 closest to each alternative and
 * not by the largest likelihood: it needs the split as the alias's weight sets it. Against "θc ≥ θl + δ" with rates of
 * 1 % and a weight of 10 %, a candidate that receives 9 % of the requests multiplies that evidence by 1.0054 per
 * request while all requests of both fail: a thousand requests of a common outage "prove" what is not so. Queues split
 * by batch, and Lambda keeps processes, so the split does differ. A mixture of both tests is valid only where both
 * are, and a test of the split has power only after the harm. Live's day before makes up for the difference: see
 * `docs/proofs.md`.
 *
 * Sources: Ville, Étude critique de la notion de collectif (1939); Robbins, Ann. Math. Stat. 41 (1970), mixtures;
 * Wasserman, Ramdas, Balakrishnan, Universal inference, PNAS 117 (2020); Turner, Ly, Grünwald, Generic E-variables for
 * exact sequential k-sample tests, J. Stat. Plan. Inference 230 (2024), convex nulls of two Bernoulli streams; Ramdas,
 * Grünwald, Vovk, Shafer, Game-theoretic statistics and safe anytime-valid inference, Stat. Science 38 (2023).
 */

import { type Alternatives, asGoodAs, worseThan } from './alternatives.ts';
import { bisect, logSumExp } from './log-math.ts';
import { logBetaBinomial, logLikelihood, logMostAlone, type Tally } from './tally.ts';

const { log, max, min } = Math;

/** The two versions' tallies of the same time. */
export interface TwoTallies {
  readonly candidate: Tally;
  readonly live: Tally;
  /** Live's requests before that time. They shape the alternatives, and are no evidence. */
  readonly usual?: Tally;
}

/**
 * Evidence that the candidate's rate exceeds live's by more than `tolerance`.
 * @param tolerance difference of rates, −1 to 1, that is not worse
 * @returns ln E against "candidate ≤ live + tolerance"; α is reached at ln(1/α)
 */
export function evidenceWorse(counts: TwoTallies, tolerance: number): number {
  const { candidate, live } = counts;
  const feasible = range(candidate)[0] - range(live)[1] <= tolerance;
  const { apart } = worseThan(counts.usual);
  return logAverage(counts, apart, []) - (feasible ? logMost(counts) : logMostAt(counts, tolerance));
}

/**
 * Evidence that the candidate's rate is below live's plus `margin` (non-inferiority).
 * @param margin difference of rates, −1 to 1, that would be worse
 * @returns ln E against "candidate ≥ live + margin"; α is reached at ln(1/α)
 */
export function evidenceNotWorse(counts: TwoTallies, margin: number): number {
  const { candidate, live } = counts;
  const feasible = range(candidate)[1] - range(live)[0] >= margin;
  const { apart, alike } = asGoodAs(counts.usual);
  return logAverage(counts, apart, alike) - (feasible ? logMost(counts) : logMostAt(counts, margin));
}

/** The candidate's rate minus live's is at least this, with certainty 1 − alpha, at this and every other look. */
export function leastDifference(counts: TwoTallies, alpha: number): number {
  const enough = -log(alpha);
  return bisect([-1, 1], (difference) => evidenceWorse(counts, difference) >= enough)[0];
}

/** The candidate's rate minus live's is at most this, with certainty 1 − alpha, at this and every other look. */
export function mostDifference(counts: TwoTallies, alpha: number): number {
  const enough = -log(alpha);
  return bisect([-1, 1], (difference) => evidenceNotWorse(counts, difference) < enough)[1];
}

/** The rates that fit a tally best: one, or all of them where nothing was tried. */
function range({ trials, hits }: Tally): [number, number] {
  return trials === 0 ? [0, 1] : [hits / trials, hits / trials];
}

function logAverage(
  { candidate, live }: TwoTallies,
  apart: Alternatives['apart'],
  alike: Alternatives['alike'],
): number {
  const both = { trials: candidate.trials + live.trials, hits: candidate.hits + live.hits };
  return logSumExp([
    ...apart.map(([weight, c, l]) => log(weight) + logBetaBinomial(candidate, c) + logBetaBinomial(live, l)),
    ...alike.map(([weight, shared]) => log(weight) + logBetaBinomial(both, shared)),
  ]);
}

/** ln of the largest likelihood of all. */
function logMost({ candidate, live }: TwoTallies): number {
  return logMostAlone(candidate) + logMostAlone(live);
}

/** ln of the largest likelihood where the candidate's rate is live's plus `difference`: concave in live's rate. */
function logMostAt({ candidate, live }: TwoTallies, difference: number): number {
  const slope = (rate: number) => slopeAt(live, rate) + slopeAt(candidate, rate + difference);
  const ends = [max(0, -difference), min(1, 1 - difference)] as const;
  const [lower, upper] = bisect(ends, (rate) => slope(rate) > 0);
  const rate = (lower + upper) / 2;
  return logLikelihood(live, rate) + logLikelihood(candidate, rate + difference);
}

/** Derivative of the log-likelihood by the rate, which is strictly between 0 and 1 here. */
function slopeAt({ trials, hits }: Tally, rate: number): number {
  return hits / rate - (trials - hits) / (1 - rate);
}
