/**
 * On what the monitor bets: functions of a feature with values from 0 to 1, whose mean would change with the feature.
 *
 * Of an ordered feature, the rank of a value among those of the reference: on average ½ while nothing changes, whatever
 * the shape of the distribution, and otherwise the chance that a picture of now exceeds one of then (Mann & Whitney).
 * Besides, its two tails, for a change of a part of the pictures only, as of one camera among five. These are the
 * witnesses of a two-sample test by betting: Shekhar & Ramdas, Nonparametric two-sample testing by betting, IEEE Trans.
 * Inf. Theory 70 (2024).
 *
 * Of labels, their shares in a picture's objects, and the main label, which most of them have. The latter is 0 or 1, so
 * that a bet on it wins as fast as a likelihood ratio of two shares can (Kelly, Bell Syst. Tech. J. 35, 1956), while it
 * hardly depends on how many objects there are.
 */

/** What a bet is on: more or less of it. */
export type Side = 'more' | 'less';

/**
 * Function of a feature. `rank`, `low` and `high` of an ordered feature; `share` of a label in a picture's objects, or
 * of the refused; `main` is 1 for a picture whose main label it is.
 */
export type Payoff = 'rank' | 'low' | 'high' | 'share' | 'main';
/** Payoffs of an ordered feature. */
export type OrderedPayoff = 'rank' | 'low' | 'high';

/** Values up to this rank are in the low tail, the lowest most of all; the high tail is its mirror image. */
const TAIL = 0.1;

/**
 * The value of a payoff for each bin of an ordered feature.
 * @param weights of the reference, at least one over 0; a bin has the rank of its middle, so that ties count half
 */
export function valuesOf(payoff: OrderedPayoff, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  return weights.map((weight) => {
    const rank = (below + weight / 2) / total;
    below += weight;
    if (payoff === 'rank') return rank;
    return Math.max(0, 1 - (payoff === 'low' ? rank : 1 - rank) / TAIL);
  });
}

/** Mean and variance of a payoff over a histogram; undefined where that is empty. */
export function momentsOf(
  values: readonly number[],
  weights: readonly number[],
): { readonly mean: number; readonly variance: number; readonly weight: number } | undefined {
  let [weight, sum, squares] = [0, 0, 0];
  weights.forEach((each, bin) => {
    const value = values[bin] as number;
    weight += each;
    sum += each * value;
    squares += each * value * value;
  });
  if (weight <= 0) return undefined;
  const mean = sum / weight;
  return { mean, variance: Math.max(0, squares / weight - mean * mean), weight };
}
