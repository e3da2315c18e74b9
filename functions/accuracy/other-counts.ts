/**
 * The count error if a model finds fewer objects because it misses more of them, or more because it invents some.
 *
 * Confidences do not tell a missed object: in the dark, a detector finds fewer, as surely as before. So fewer found
 * objects mean that there are fewer, or that more are missed, and no answer tells which. This is the second case: the
 * pictures of the period have as many objects as the decided ones had, and of what was found there, the model now
 * misses each with the same chance, or invents objects at the same rate (Poisson). Chance or rate is what makes the
 * mean of ln(1 + found) that of the period: of logarithms, so that a few crowds do not decide.
 */

import { countError } from '../judge/agreement.ts';

const { exp, log1p } = Math;

/** A picture that people counted. */
export interface Count {
  readonly found: number;
  readonly truth: number;
  readonly weight: number;
}

/** A number of found objects, and its chance. */
type Outcome = readonly [found: number, chance: number];

/** Most invented objects in a picture, of the mean; the largest change that is sought. */
const MOST_INVENTED = 3;
const STEPS = 18;
/** Chances beyond are left out. */
const TINY = 1e-7;

/** What came of a change of the counts. */
export interface OtherCounts {
  /** Mean count error, 0–1. */
  readonly error: number;
  /** Over 0: the mean of invented objects in a picture. Under 0: minus the chance that an object is missed. */
  readonly change: number;
}

/**
 * The mean count error of the decided pictures, had the model found as many objects in them as in those of the period.
 * @param found numbers of objects of all answers of the period, at least one
 */
export function withOtherCounts(decided: readonly Count[], found: readonly number[]): OtherCounts {
  const goal = found.reduce((sum, count) => sum + log1p(count), 0) / found.length;
  const byFound = Map.groupBy(decided, (count) => count.found);
  const groups = [...byFound].map(([count, all]) => ({ count, all, weight: weightOf(all) }));
  const total = weightOf(decided);
  const meanOf = (change: number) =>
    groups.reduce((sum, { count, weight }) => {
      return sum + (weight * expected(afterChange(count, change), (other) => log1p(other))) / total;
    }, 0);
  const change = rootOf((value) => meanOf(value) - goal);
  const error = groups.reduce((sum, { count, all }) => {
    const outcomes = afterChange(count, change);
    const errors = all.reduce((own, { truth, weight }) => {
      return own + weight * expected(outcomes, (other) => countError(truth, other));
    }, 0);
    return sum + errors / total;
  }, 0);
  return { error, change };
}

function weightOf(all: readonly Count[]): number {
  return all.reduce((sum, { weight }) => sum + weight, 0);
}

function expected(outcomes: readonly Outcome[], value: (found: number) => number): number {
  return outcomes.reduce((sum, [found, chance]) => sum + chance * value(found), 0);
}

function afterChange(found: number, change: number): Outcome[] {
  return change < 0 ? binomial(found, 1 + change) : poissonAdded(found, change);
}

function binomial(count: number, chance: number): Outcome[] {
  if (chance <= 0) return [[0, 1]];
  const outcomes: Outcome[] = [];
  let own = chance ** count;
  for (let found = count; found >= 0 && own > 0; found--) {
    if (own > TINY) outcomes.push([found, own]);
    own *= (found / (count - found + 1)) * ((1 - chance) / chance);
  }
  return outcomes;
}

function poissonAdded(count: number, mean: number): Outcome[] {
  const outcomes: Outcome[] = [];
  let own = exp(-mean);
  for (let added = 0; own > TINY || added < mean; added++) {
    outcomes.push([count + added, own]);
    own *= mean / (added + 1);
  }
  return outcomes;
}

/** Of a rising function between losing all objects and inventing the most; the nearer end where it has none. */
function rootOf(rising: (change: number) => number): number {
  let [low, high] = [-1, MOST_INVENTED];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
