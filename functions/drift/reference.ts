/**
 * What is normal: of each payoff, the range of means that are no drift, for each time of day, from the pictures of a
 * reference period.
 *
 * The range is the mean over the reference, and on either side
 * - a tolerance, because a difference that nobody would notice is no drift, however certain it is;
 * - how far the reference may be from the distribution that it is a sample of (Bernstein's inequality, with the
 *   variance of the reference): its size is what limits a monitor that runs for years;
 * - how far a new day may be off, where the reference's days differ by more than their numbers of scenes explain: the
 *   prediction interval of a normal distribution (Student). That is weather, and an assumption, no guarantee.
 *
 * Pictures are compared with those of the same time of day, so that the night is no drift. Where an hour has few, those
 * of the nearest hours are added until they are enough: what then is off by the time of day cancels over a day, nearly
 * (docs/drift.md).
 */

import { studentQuantile } from '../evidence/student.ts';
import { type Bet, betsFor, histogramsOf } from './bets.ts';
import { distanceOf, type Hour, STRATA, stratumOf } from './calendar.ts';
import { momentsOf, valuesOf } from './payoffs.ts';
import { mergeSketches, type Sketch } from './sketch.ts';

const { log, sqrt } = Math;

/** The sketch of one hour. */
export interface HourSketch {
  readonly hour: Hour;
  readonly sketch: Sketch;
}

/** Change of a payoff's mean that is no drift: of a rank, 0.05 is a chance of 55 % to exceed an earlier picture. */
const TOLERANCE = 0.05;
/** Chance that any mean of the reference is off by more than its allowance. */
const REFERENCE_RISK = 0.01;
/** Chance that a day as those of the reference is further off on one side. */
const DAY_RISK = 0.001;
/**
 * Variance between days by that within, from which it is no chance: 95 % quantile of χ² with 6 degrees of freedom, by
 * these. What is less is within the tolerance.
 */
const LEAST_RATIO = 2.1;
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

/** @param hours of the reference period, at least one with a picture */
export function referenceOf(hours: readonly HourSketch[]): Reference {
  const whole = mergeSketches(hours.map(({ sketch }) => sketch));
  const bets = betsFor(whole);
  const pooled = poolsOf(hours);
  const histogram = histogramsOf(bets);
  const compared = pooled.map((pool) => bets.map((bet) => comparedWith(bet, histogram(pool, bet))));
  const allowances = bets.map((bet, index) => {
    const ofHours = hours.map(({ hour, sketch }) => {
      return { hour, weights: histogram(sketch, bet), ...(compared[stratumOf(hour)]?.[index] as Comparison) };
    });
    return allowanceOf(ofHours, log(bets.length / REFERENCE_RISK));
  });
  const allowed = bets.map(({ of }, index) => allowanceWithRank(bets, allowances, of, index));
  const stakes = compared.map((ofStratum) =>
    ofStratum.map((comparison, index) => stakeOf(bets[index] as Bet, comparison, allowed[index])),
  );
  return { bets, scenes: whole.scenes, pooled, stakes };
}

/**
 * Of a tail at least as much as of the ranks: a day whose ranks are all lower by 0.2 has 0.2 more in its low tail. So
 * few days say little about tails by themselves, whose means are far from a normal distribution.
 */
function allowanceWithRank(
  bets: readonly Bet[],
  allowances: readonly (number | undefined)[],
  of: string,
  index: number,
): number | undefined {
  const rank = bets.findIndex((bet) => bet.of === of && bet.payoff === 'rank');
  const own = allowances[index];
  return own === undefined || rank < 0 ? own : Math.max(own, allowances[rank] ?? 0);
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
  readonly mean?: number;
}

function comparedWith({ payoff }: Bet, weights: readonly number[]): Comparison {
  if (!weights.some((weight) => weight > 0)) return { values: [] };
  const values = payoff === 'share' ? [0, 1] : valuesOf(payoff, weights);
  return { values, mean: momentsOf(values, weights)?.mean as number };
}

/** How far a mean may be off without drift. @param logRisk ln of 1 / the chance that it is further off by chance */
function allowanceOf(
  hours: readonly (Comparison & { readonly hour: Hour; readonly weights: readonly number[] })[],
  logRisk: number,
): number | undefined {
  const days = new Map<number, { weight: number; excess: number; noise: number }>();
  for (const { hour, weights, values, mean } of hours) {
    const moments = mean === undefined ? undefined : momentsOf(values, weights);
    if (!moments || mean === undefined) continue;
    const day = Math.floor(hour / 24);
    const { weight, excess, noise } = days.get(day) ?? { weight: 0, excess: 0, noise: 0 };
    days.set(day, {
      weight: weight + moments.weight,
      excess: excess + moments.weight * (moments.mean - mean),
      noise: noise + moments.weight * moments.variance,
    });
  }
  const all = [...days.values()];
  const weight = all.reduce((sum, day) => sum + day.weight, 0);
  if (weight === 0) return undefined;
  const variance = all.reduce((sum, { noise }) => sum + noise, 0) / weight;
  const sampling = sqrt((2 * variance * logRisk) / weight) + logRisk / (3 * weight);
  return TOLERANCE + sampling + dayAllowance(all);
}

/** How far the mean of a new day may be off because days differ. */
function dayAllowance(days: readonly { weight: number; excess: number; noise: number }[]): number {
  if (days.length < 2) return 0;
  const means = days.map(({ excess, weight }) => excess / weight);
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  const between = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (means.length - 1);
  const within = days.reduce((sum, { noise, weight }) => sum + noise / weight ** 2, 0) / days.length;
  if (between <= LEAST_RATIO * within) return 0;
  return studentQuantile(days.length - 1, DAY_RISK) * sqrt((between - within) * (1 + 1 / days.length));
}

function stakeOf({ side }: Bet, { values, mean }: Comparison, allowance: number | undefined): Stake {
  if (mean === undefined || allowance === undefined) return { values, mean: 0 };
  const bound = side === 'more' ? mean + allowance : mean - allowance;
  const isPossible = bound >= NEAREST_BOUND && bound <= 1 - NEAREST_BOUND;
  return { values, mean, ...(isPossible && { bound }) };
}
