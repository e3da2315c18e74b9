/**
 * Is the candidate nearer to the truth than live? Both versions' answers to one picture against the same count of
 * people, picture by picture.
 *
 * Per picture, x = (1 + error of live − error of the candidate) / 2, with the errors of `countError`: 0–1, and ½ where
 * both are as near. "The candidate is not better" is the hypothesis mean(x) ≤ ½, "it is worse by `margin` or more"
 * is mean(x) ≤ (1 − margin) / 2. Evidence against both by betting (`bounded-mean.ts`), valid at every look: each
 * picture's x is between 0 and 1, so one typo multiplies the capital by a bounded factor.
 *
 * Only pictures on which the versions differ are judged. The others have x = ½ whatever the truth is: a bet at ½
 * neither wins nor loses on them, so they are no evidence. Differences are means over the pictures that differ: over
 * all pictures, where the others add 0, they have the same sign and are smaller. So "not worse by `margin`" holds
 * there, too.
 *
 * Pictures are drawn at random among those that differ, not within strata: then each x has, given those before, the
 * mean that the hypothesis is about. A draw by turns from strata of unequal size has not. Pictures chosen because they
 * differ most would favour the version whose errors are large and rare.
 */

import { evidenceAbove, evidenceBelow, type Sample } from '../evidence/bounded-mean.ts';
import type { Alpha } from '../plan/steps.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import { countError } from './agreement.ts';
import type { Outcome } from './finding.ts';

/** The counts of both versions on a picture, and those of people: the latest of each. */
export interface JudgedPicture {
  readonly live: number;
  readonly candidate: number;
  readonly people: readonly number[];
}

/** Sums over the pictures on which the versions differ. JSON. */
export interface TruthTally {
  /** How often each x occurred. */
  readonly sample: Sample;
  /** Mean error of each version over the judged pictures, 0–1; absent without any. */
  readonly errors?: { readonly live: number; readonly candidate: number };
  /** Pictures on which people do not agree. */
  readonly unclear: number;
  /** Drawn pictures without a decision. */
  readonly open: number;
}

/** No picture is judged yet. */
export const NOTHING_JUDGED: TruthTally = { sample: [], unclear: 0, open: 0 };

/** Largest distance of a count from the median at which both mean the same: 1 object, or this share of the median. */
const SAME_COUNT = 0.2;

/**
 * What people counted: the median, if more than half of them are near it, so that one typo among three does not decide.
 * @param counts at least one
 * @returns undefined where people do not agree
 */
export function agreedCount(counts: readonly number[]): number | undefined {
  const sorted = counts.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  const near = counts.filter((count) => Math.abs(count - median) <= Math.max(1, SAME_COUNT * median));
  return 2 * near.length > counts.length ? median : undefined;
}

/** The tally of all drawn pictures; one without a count of people is open. */
export function tallyTruth(pictures: readonly JudgedPicture[]): TruthTally {
  const decided = pictures.filter(({ people }) => people.length > 0);
  const errors = decided.flatMap(({ people, live, candidate }) => {
    const truth = agreedCount(people);
    return truth === undefined ? [] : [{ live: countError(truth, live), candidate: countError(truth, candidate) }];
  });
  const mean = (of: 'live' | 'candidate') => errors.reduce((sum, error) => sum + error[of], 0) / errors.length;
  return {
    sample: histogram(errors.map(({ live, candidate }) => (1 + live - candidate) / 2)),
    ...(errors.length > 0 && { errors: { live: mean('live'), candidate: mean('candidate') } }),
    unclear: decided.length - errors.length,
    open: pictures.length - decided.length,
  };
}

/** Promote: proven better, or not worse by `margin`. Roll back: proven worse, by `margin` with goal `notWorse`. */
export function truthOutcome(sample: Sample, test: TruthTest, alpha: Alpha): Outcome {
  const bound = boundOf(test);
  if (evidenceBelow(sample, bound) >= -Math.log(alpha.rollback)) return 'roll back';
  return evidenceAbove(sample, bound) >= -Math.log(alpha.promote) ? 'promote' : 'hold';
}

/** Most further decisions that are foretold; beyond, the two are about equal. */
const MOST_FORETOLD = 1000;

/**
 * How many more decisions a verdict needs if they are like those before.
 * @returns undefined with fewer than 5 decisions, and where no verdict is in sight
 */
export function decisionsToCome(sample: Sample, test: TruthTest, alpha: Alpha): number | undefined {
  const judged = judgedOf(sample);
  if (judged < 5) return undefined;
  for (let more = 0; more <= MOST_FORETOLD; more += 1) {
    const scaled = sample.map(([value, times]) => [value, (times * (judged + more)) / judged] as const);
    if (truthOutcome(scaled, test, alpha) !== 'hold') return more;
  }
  return undefined;
}

/** Number of judged pictures. */
export function judgedOf(sample: Sample): number {
  return sample.reduce((sum, [, times]) => sum + times, 0);
}

/** The mean of x at which the hypothesis ends. */
export function boundOf({ goal, margin = 0 }: TruthTest): number {
  return goal === 'better' ? 0.5 : (1 - margin) / 2;
}

/** With four decimals, so that it stays small. */
function histogram(values: readonly number[]): Sample {
  const times = new Map<number, number>();
  for (const value of values) {
    const rounded = Number(value.toFixed(4));
    times.set(rounded, (times.get(rounded) ?? 0) + 1);
  }
  return [...times].toSorted(([a], [b]) => a - b);
}
