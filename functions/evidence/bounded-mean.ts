/**
 * Is the mean of values between 0 and 1 above or below a bound? Evidence by betting, valid at every look.
 *
 * Against "mean ≤ bound" a gambler pays, on each value y, a share of the capital that a fair game would return:
 * capital ·= 1 + g · (y / bound − 1). Against "mean ≥ bound": capital ·= 1 + g · ((1 − y) / (1 − bound) − 1). If the
 * hypothesis holds, the capital is a supermartingale, and the chance that it *ever* reaches 1/α is at most α (Ville).
 * The capital is spread over several g, so that large and small differences are both found nearly as fast as possible.
 *
 * Values need not be independent or identically distributed: their mean, given those before, has to meet the bound. The
 * order of the values does not change the capital, so a histogram is enough, and histograms add up.
 *
 * Source: Waudby-Smith & Ramdas, Estimating means of bounded random variables by betting, J. R. Stat. Soc. B 86 (2024).
 */

import { bisect, logSumExp } from './log-math.ts';

const { log, log1p } = Math;

/** Values from 0 to 1, each with how often it occurred. */
export type Sample = readonly (readonly [value: number, times: number])[];

/**
 * The shares of the capital that are bet, each with an equal part of it: from nearly all to nearly nothing, ratio 2.
 */
const STAKES: readonly number[] = [0.9, 0.45, 0.225, 0.1125, 0.056, 0.028, 0.014];

/**
 * Evidence that the mean is above `bound`.
 * @param bound over 0, under 1
 * @returns ln of the capital won against "mean ≤ bound"; α is reached at ln(1/α)
 */
export function evidenceAbove(sample: Sample, bound: number): number {
  return logCapital(sample, (value) => value / bound - 1);
}

/**
 * Evidence that the mean is below `bound`.
 * @param bound over 0, under 1
 * @returns ln of the capital won against "mean ≥ bound"; α is reached at ln(1/α)
 */
export function evidenceBelow(sample: Sample, bound: number): number {
  return logCapital(sample, (value) => (1 - value) / (1 - bound) - 1);
}

/** The mean is at least this, with certainty 1 − alpha, at this and every other look. */
export function leastMean(sample: Sample, alpha: number): number {
  const enough = -log(alpha);
  return bisect([0, 1], (bound) => evidenceAbove(sample, bound) >= enough)[0];
}

/** The mean is at most this, with certainty 1 − alpha, at this and every other look. */
export function mostMean(sample: Sample, alpha: number): number {
  const enough = -log(alpha);
  return bisect([0, 1], (bound) => evidenceBelow(sample, bound) < enough)[1];
}

/** The mean, or undefined where there are no values. */
export function meanOf(sample: Sample): number | undefined {
  const times = sample.reduce((sum, [, count]) => sum + count, 0);
  return times === 0 ? undefined : sample.reduce((sum, [value, count]) => sum + value * count, 0) / times;
}

/** ln of the average capital over the stakes; `gain` is what a whole stake wins on a value, −1 at worst. */
function logCapital(sample: Sample, gain: (value: number) => number): number {
  const capitals = STAKES.map((stake) =>
    sample.reduce((sum, [value, times]) => sum + times * log1p(stake * gain(value)), 0),
  );
  return logSumExp(capitals) - log(STAKES.length);
}
