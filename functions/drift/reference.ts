/**
 * What is normal: of each payoff, the range of means that are no drift, for each time of day, from the pictures of a
 * reference period: the mean over the reference, and on either side what `allowance.ts` allows.
 *
 * Pictures are compared with those of the same time of day, so that the night is no drift. Where an hour has few, those
 * of the nearest hours are added until they are enough: what then is off by the time of day cancels over a day, nearly
 * (docs/drift.md).
 */

import { allowancesOf, type HourMoments, partOf } from './allowance.ts';
import { type Bet, betsFor, histogramsOf } from './bets.ts';
import { distanceOf, type Hour, STRATA, stratumOf } from './calendar.ts';
import { momentsOf, valuesOf } from './payoffs.ts';
import { mergeSketches, type Sketch } from './sketch.ts';

const { log } = Math;

/** The sketch of one hour. */
export interface HourSketch {
  readonly hour: Hour;
  readonly sketch: Sketch;
}

/** Chance that any mean of the reference is off by more than its allowance. */
const REFERENCE_RISK = 0.01;
/** Scenes with which the pictures of an hour are compared, if the reference has as many. */
const LEAST_SCENES = 200;
/** A bet against a bound nearer to 0 or 1 than this could win next to nothing. */
const NEAREST_BOUND = 0.02;

/** One bet in one stratum. */
export interface Stake {
  /** Value of the payoff for each bin. */
  readonly values: readonly number[];
  /** Mean over the reference. */
  readonly mean: number;
  /** Largest (bets on more) or least (bets on less) mean that is no drift. Absent: no bet is possible. */
  readonly bound?: number;
}

/** What is normal. */
export interface Reference {
  readonly bets: readonly Bet[];
  readonly scenes: number;
  /** By stratum: the reference's pictures with which one of that stratum is compared. */
  readonly pooled: readonly Sketch[];
  /** By stratum and bet. */
  readonly stakes: readonly (readonly Stake[])[];
}

/**
 * @param hours of the reference period, at least one with a picture
 * @param bets default: those for these hours. The bets of a shorter reference, if this one takes its place
 */
export function referenceOf(hours: readonly HourSketch[], bets?: readonly Bet[]): Reference {
  const whole = mergeSketches(hours.map(({ sketch }) => sketch));
  const all = bets ?? betsFor(whole);
  const pooled = poolsOf(hours);
  const histogram = histogramsOf(all);
  const compared = pooled.map((pool) => all.map((bet) => comparedWith(bet, histogram(pool, bet))));
  const allowances = all.map((bet, index) => {
    const ofHours = hours.flatMap(({ hour, sketch }) =>
      momentsOfHour(hour, histogram(sketch, bet), compared[stratumOf(hour)]?.[index] as Comparison),
    );
    return allowancesOf(ofHours, log(all.length / REFERENCE_RISK));
  });
  const allowed = allowancesWithRanks(all, allowances);
  const stakes = compared.map((ofStratum, stratum) =>
    ofStratum.map((comparison, index) => stakeOf(all[index] as Bet, comparison, allowed[index]?.[partOf(stratum)])),
  );
  return { bets: all, scenes: whole.scenes, pooled, stakes };
}

/** The variance is that of the pictures compared with, because that of an hour's few would be too small, 0 for one. */
function momentsOfHour(hour: Hour, weights: readonly number[], { values, moments }: Comparison): HourMoments[] {
  const ofHour = moments && momentsOf(values, weights);
  if (!ofHour) return [];
  const { weight, mean } = ofHour;
  return [{ hour, weight, excess: weight * (mean - moments.mean), noise: weight * moments.variance }];
}

/**
 * Of a tail at least as much as of the ranks: a day whose ranks are all lower by 0.2 has 0.2 more in its low tail. So
 * few days say little about tails by themselves, whose means are far from a normal distribution.
 */
function allowancesWithRanks(
  bets: readonly Bet[],
  allowances: readonly (readonly number[] | undefined)[],
): (readonly number[] | undefined)[] {
  return bets.map(({ feature, of }, index) => {
    const isRank = (bet: Bet) => bet.feature === feature && bet.of === of && bet.payoff === 'rank';
    const ranks = allowances[bets.findIndex(isRank)];
    return allowances[index]?.map((own, part) => Math.max(own, ranks?.[part] ?? 0));
  });
}

/** Of each stratum, its own pictures and those of the nearest ones until they are enough. */
function poolsOf(hours: readonly HourSketch[]): Sketch[] {
  const strata = Array.from({ length: STRATA }, (_, stratum) => {
    return mergeSketches(hours.filter(({ hour }) => stratumOf(hour) === stratum).map(({ sketch }) => sketch));
  });
  const distances = [...new Set(strata.map((_, stratum) => distanceOf(0, stratum)))].toSorted((a, b) => a - b);
  return strata.map((_, stratum) => {
    const pool: Sketch[] = [];
    for (const distance of distances) {
      pool.push(...strata.filter((_each, other) => distanceOf(stratum, other) === distance));
      if (pool.reduce((sum, { scenes }) => sum + scenes, 0) >= LEAST_SCENES) break;
    }
    return mergeSketches(pool);
  });
}

interface Comparison {
  readonly values: readonly number[];
  /** Absent: the reference has no picture with this feature. */
  readonly moments?: NonNullable<ReturnType<typeof momentsOf>>;
}

function comparedWith({ payoff }: Bet, weights: readonly number[]): Comparison {
  if (!weights.some((weight) => weight > 0)) return { values: [] };
  const values = payoff === 'share' || payoff === 'main' ? [0, 1] : valuesOf(payoff, weights);
  const moments = momentsOf(values, weights);
  return { values, ...(moments && { moments }) };
}

function stakeOf({ side }: Bet, { values, moments }: Comparison, allowance: number | undefined): Stake {
  if (!moments || allowance === undefined) return { values, mean: 0 };
  const { mean } = moments;
  const bound = side === 'more' ? mean + allowance : mean - allowance;
  const isPossible = bound >= NEAREST_BOUND && bound <= 1 - NEAREST_BOUND;
  return { values, mean, ...(isPossible && { bound }) };
}
