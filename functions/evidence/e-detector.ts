/**
 * When did something change, if ever? Evidence that starts anew at each step, of *e-detectors*.
 *
 * Evidence of one start would forget nothing: after a year as ever, a change takes as long to be seen as all the
 * capital takes to be won back. So a new gambler with the capital 1 starts before each step, and M is what all of them
 * have (Shiryaev–Roberts): M(t) = gain(t) · (M(t − 1) + 1). As long as nothing has changed, no gain has an expectation
 * over 1, so that M(t) − t is a supermartingale, and for each rule when to stop, E[M at the stop] ≤ E[steps until
 * then]. So
 *
 * - an alarm at M ≥ c within T steps has at most the chance T / c: it has at least c at the stop, and at most T on
 *   average;
 * - without an end, the mean number of steps before a false alarm is at least c.
 *
 * Sums of detectors with weights that sum to 1 have the same bounds, however they depend on each other: expectations
 * add up. So many features share one risk, and each costs no more than the logarithm of its weight.
 *
 * Source: Shin, Ramdas, Rinaldo, E-detectors: a nonparametric framework for sequential change detection, New England J.
 * Stat. Data Sci. 2 (2024); Shiryaev, Theory Probab. Appl. 8 (1963); Roberts, Technometrics 8 (1966); averages of
 * e-values: Vovk & Wang, E-values: calibration, combination and applications, Ann. Stat. 49 (2021).
 */

import { logSumExp } from './log-math.ts';

const { log } = Math;

/** ln M before the first step. */
export const NO_EVIDENCE = Number.NEGATIVE_INFINITY;

/** ln M after one more step. @param gain ln of what a capital of 1 became in that step */
export function nextEvidence(before: number, gain: number): number {
  return gain + logSumExp([before, 0]);
}

/** ln of the weighted sum of detectors. @param logWeights of weights that sum to 1 at most */
export function sharedEvidence(logWeights: readonly number[], evidence: readonly number[]): number {
  return logSumExp(evidence.map((each, index) => each + (logWeights[index] as number)));
}

/** ln M at which a false alarm within so many steps has at most the chance `risk`. */
export function alarmAt(steps: number, risk: number): number {
  return log(steps / risk);
}

/**
 * The start from which the gains speak most for a change.
 * @param gains by stake, of each step: ln of what a capital of 1 became; each stake has an equal part of the capital
 * @returns index of the first step after the change
 */
export function changeStart(gains: readonly (readonly number[])[]): number {
  const sums = gains.map(() => 0);
  const steps = gains[0]?.length ?? 0;
  let [start, most] = [0, NO_EVIDENCE];
  for (let step = steps - 1; step >= 0; step--) {
    gains.forEach((ofStake, stake) => {
      sums[stake] = (sums[stake] as number) + (ofStake[step] as number);
    });
    const capital = logSumExp(sums);
    if (capital > most) [start, most] = [step, capital];
  }
  return start;
}
