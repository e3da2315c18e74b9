/**
 * Is the candidate nearer to the truth than live? Both versions' answers to one picture against the same decisions of
 * people, picture by picture.
 *
 * Per picture, x = (1 + error of live − error of the candidate) / 2, with the errors of `countError`: 0–1, and ½ where
 * both are as near. Where people say which answer is more right, x is 1 for the candidate, 0 for live and ½ for both
 * (`picture-value.ts`). A picture on which they cannot say has no x.
 *
 * "The candidate is not better" is the hypothesis mean(x) ≤ ½, "it is worse by `margin` or more" is mean(x) ≤
 * (1 − margin) / 2. Evidence against both by betting (`bounded-mean.ts`), valid at every look: each picture's x is
 * between 0 and 1, so one typo multiplies the capital by a bounded factor.
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
import type { Outcome } from './finding.ts';
import { isByCount, type JudgedPicture, type NoValue, pictureValue } from './picture-value.ts';

export type { JudgedPicture } from './picture-value.ts';

/** Sums over the pictures on which the versions differ. JSON. */
export interface TruthTally {
  /** How often each x occurred. */
  readonly sample: Sample;
  /** Mean error of each version over the pictures that people counted, 0–1; absent without any. */
  readonly errors?: { readonly live: number; readonly candidate: number };
  /** Pictures on which people say which answer is more right. Absent: none. */
  readonly preferred?: number;
  /** Pictures on which people do not agree. */
  readonly unclear: number;
  /** Pictures on which neither answer is right. Absent: none. */
  readonly neither?: number;
  /** Pictures on which nobody can tell. Absent: none. */
  readonly cannotTell?: number;
  /** Drawn pictures without a decision. */
  readonly open: number;
}

/** No picture is judged yet. */
export const NOTHING_JUDGED: TruthTally = { sample: [], unclear: 0, open: 0 };

/** The tally of all drawn pictures; one without a decision of people is open. */
export function tallyTruth(pictures: readonly JudgedPicture[]): TruthTally {
  const decided = pictures.filter(({ people }) => people.length > 0);
  const values = decided.map((picture) => ({ picture, value: pictureValue(picture) }));
  const without = (reason: NoValue) => values.filter(({ value }) => value === reason).length;
  const judged = values.flatMap(({ picture, value }) => (typeof value === 'string' ? [] : [{ picture, ...value }]));
  const errors = judged.flatMap(({ errors: ofBoth }) => ofBoth ?? []);
  const mean = (of: 'live' | 'candidate') => errors.reduce((sum, error) => sum + error[of], 0) / errors.length;
  const preferred = judged.filter(({ picture }) => !isByCount(picture)).length;
  const [neither, cannotTell] = [without('neither'), without('cannot tell')];
  return {
    sample: histogram(judged.map(({ x }) => x)),
    ...(errors.length > 0 && { errors: { live: mean('live'), candidate: mean('candidate') } }),
    ...(preferred > 0 && { preferred }),
    unclear: without('unclear'),
    ...(neither > 0 && { neither }),
    ...(cannotTell > 0 && { cannotTell }),
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

/** How many more decisions a verdict needs at least: if all are for the same version. */
export function fewestToCome(sample: Sample, test: TruthTest, alpha: Alpha): number {
  const withMore = (x: number, more: number) => truthOutcome([...sample, [x, more]], test, alpha);
  for (let more = 0; more < MOST_FORETOLD; more += 1) {
    if (withMore(1, more) === 'promote' || withMore(0, more) === 'roll back') return more;
  }
  return MOST_FORETOLD;
}

/** Number of judged pictures. */
export function judgedOf(sample: Sample): number {
  return sample.reduce((sum, [, times]) => sum + times, 0);
}

/** Number of judged pictures on which one version is more right, or both are as right. */
export function sidesOf(sample: Sample): { live: number; candidate: number; both: number } {
  const times = (isMeant: (x: number) => boolean) => judgedOf(sample.filter(([x]) => isMeant(x)));
  return { live: times((x) => x < 0.5), candidate: times((x) => x > 0.5), both: times((x) => x === 0.5) };
}

/** The mean of x at which the hypothesis ends. */
export function boundOf({ margin = 0 }: Pick<TruthTest, 'margin'>): number {
  return (1 - margin) / 2;
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
