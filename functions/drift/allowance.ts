/**
 * How far the mean of a payoff may be off without drift, by part of the day.
 *
 * At least a tolerance, because a difference that nobody would notice is no drift, however certain it is. More where
 * two causes together explain more:
 *
 * - the reference is a sample: how far its mean may be from that of the distribution it is from (Bernstein's
 *   inequality, with the variance of the reference). Its size is what limits a monitor that runs for years;
 * - days differ by more than by chance, as by weather: how far a new day may be off. With n days whose means have the
 *   variance s², a new one is within t · s · √(1 + 1/n) of their mean (Student's prediction interval; Hahn & Meeker,
 *   Statistical Intervals, 1991, chapter 4). Of that, z² · w is no difference of days, but what so few scenes have by
 *   chance (w: their variance), about which bets are fair: t² s² − z² w remains. For days that differ by chance only,
 *   it is what n days cannot exclude, and tends to 0 with more of them.
 *
 * The light of a day changes mornings more than nights, so that the same is computed for parts of the day, too. Because
 * these have fewer scenes, only a variance counts there that is no chance.
 *
 * That days are normal, and alike by a half to the one before, is an assumption, no guarantee.
 */

import { normalQuantile, studentQuantile } from '../evidence/student.ts';

const { floor, max, min, sqrt } = Math;

/** Change of a mean that is no drift: of a rank, 0.05 is a chance of 55 % to exceed an earlier picture. */
export const TOLERANCE = 0.05;

/**
 * Chance that a day is further off on one side: by a reference of few days, which others soon follow, and by a longer
 * one, by which the rest of the year is measured.
 */
const DAY_RISK = { first: 1e-3, later: 1e-4 } as const;
/** Days from which a reference is a longer one. */
const LONGER = 14;

/**
 * Standard deviations of a day's mean by chance, by which a day may be off besides: bets win at most half of the square
 * of it from a day, 4.5, and an alarm takes 11 to 20, so that it takes three such days or more. Otherwise, with few
 * scenes a day, what seven days cannot exclude would hide all but the largest changes.
 */
const HARMLESS = 3;

/** Parts of the day, with hours. */
export const PARTS = 6;
const HOURS_OF_PART = 24 / PARTS;
/** Chance that a part of the day seems to differ from day to day where it does not. */
const PART_RISK = 1e-3;

/** What an hour has of a payoff, against the mean of the reference at its time of day. */
export interface HourMoments {
  readonly hour: number;
  /** Scenes. */
  readonly weight: number;
  /** Sum of the differences from the mean. */
  readonly excess: number;
  /** Sum of the variances. */
  readonly noise: number;
}

/** The part of the day of an hour or a stratum: 0 from 00:00 to 04:00 UTC. */
export function partOf(hour: number): number {
  return floor((hour % 24) / HOURS_OF_PART);
}

/**
 * The allowances by part of the day; undefined where there is no scene.
 * @param logRisk ln of 1 / the chance that the reference is further off by chance
 */
export function allowancesOf(hours: readonly HourMoments[], logRisk: number): readonly number[] | undefined {
  const weight = sumOf(hours.map((each) => each.weight));
  if (weight <= 0) return undefined;
  const variance = sumOf(hours.map(({ noise }) => noise)) / weight;
  const sampling = sqrt((2 * variance * logRisk) / weight) + logRisk / (3 * weight);
  const ofDay = dayAllowance(daysOf(hours));
  return Array.from({ length: PARTS }, (_, part) => {
    const ofPart = partAllowance(daysOf(hours.filter(({ hour }) => partOf(hour) === part)));
    return max(TOLERANCE, sampling + max(ofDay, ofPart));
  });
}

/** How the means of days differ. */
interface Days {
  readonly count: number;
  /** Variance of their means, and the part of it that so few scenes have by chance. */
  readonly between: number;
  readonly within: number;
}

function daysOf(hours: readonly HourMoments[]): Days {
  const days = [...Map.groupBy(hours, ({ hour }) => floor(hour / 24)).values()].map((all) => ({
    weight: sumOf(all.map(({ weight }) => weight)),
    excess: sumOf(all.map(({ excess }) => excess)),
    noise: sumOf(all.map(({ noise }) => noise)),
  }));
  const count = days.length;
  const means = days.map(({ excess, weight }) => excess / weight);
  const mean = sumOf(means) / count;
  const between = sumOf(means.map((each) => (each - mean) ** 2)) / (count - 1);
  return { count, between, within: sumOf(days.map(({ noise, weight }) => noise / weight ** 2)) / count };
}

function dayAllowance({ count, between, within }: Days): number {
  if (count < 2) return 0;
  const risk = count < LONGER ? DAY_RISK.first : DAY_RISK.later;
  const [t, z] = [studentQuantile(count - 1, risk), normalQuantile(risk)];
  const excess = max(0, between - within);
  const variance = t * t * (min(between, within) + excess * lasting(count)) - z * z * within;
  return max(0, sqrt(max(0, variance) * (1 + 1 / count)) - HARMLESS * sqrt(within));
}

/** Of a part of the day: only by what is no chance. */
function partAllowance({ count, between, within }: Days): number {
  if (count < 2) return 0;
  const excess = between - chanceRatio(count - 1) * within;
  const t = studentQuantile(count - 1, count < LONGER ? DAY_RISK.first : DAY_RISK.later);
  return t * sqrt(max(0, excess) * lasting(count) * (1 + 1 / count));
}

/** Largest variance between days by that within that is chance (χ² by Wilson & Hilferty, PNAS 17, 1931). */
function chanceRatio(degrees: number): number {
  const variance = 2 / (9 * degrees);
  return (1 - variance + normalQuantile(PART_RISK) * sqrt(variance)) ** 3;
}

/** Correlation of the weather of two days. */
const ALIKE = 0.5;

/**
 * Because weather lasts, n days differ less from each other than from one that is far from them: by this ratio of
 * variances. With c = n · variance of their mean: (1 + c/n) / (1 + 1/n) / (1 − (c − 1) / (n − 1)).
 */
function lasting(count: number): number {
  let correlated = 1;
  for (let apart = 1; apart < count; apart++) correlated += 2 * (1 - apart / count) * ALIKE ** apart;
  return (1 + correlated / count) / (1 + 1 / count) / (1 - (correlated - 1) / (count - 1));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
