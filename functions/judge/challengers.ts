/**
 * Which of several challengers is the best? All answered the same pictures as live, each with a known truth.
 *
 * Per picture and pair, x = (1 + error of one − error of the other) / 2, as in `truth.ts`; "not better" is the
 * hypothesis mean(x) ≤ ½. Evidence by betting is valid at every look, so pictures may be added until it suffices.
 *
 * With m challengers, m² + m statements are possible. A union bound (Bonferroni) keeps the chance that any of them is
 * wrong under `risk`, whatever depends on what: all are tested on the same pictures. Half of the risk is for the
 * statements that move traffic, "better than live", m in all, each at risk / 2m. The other half is for what explains:
 * "worse than live", m, and "better than that challenger", m (m − 1), each at risk / 2m². Whatever the verdicts say
 * follows from the intervals that are shown: a step-down test would reject a little more, but contradict them.
 *
 * Source: Dunn, Multiple comparisons among means, J. Am. Stat. Assoc. 56 (1961); for evidence that is valid at every
 * look, Vovk & Wang, E-values: calibration, combination and applications, Ann. Stat. 49 (2021), section 6.
 */

import { evidenceAbove, leastMean, mostMean, type Sample } from '../evidence/bounded-mean.ts';
import { decisionsToCome } from './truth.ts';

/** Chance that any of the statements about one comparison is wrong. */
export const CHALLENGE_RISK = 0.01;

/** The errors of one contender, 0–1: one for each picture, in the same order for all. */
export interface Contender {
  /** Unique. */
  readonly name: string;
  readonly errors: readonly number[];
}

/** A challenger against live and the other challengers. */
export interface Challenge {
  readonly name: string;
  /** Against live; `unclear`: neither is proven. */
  readonly verdict: 'better' | 'worse' | 'unclear';
  /** Challengers that are proven to be better than this one. */
  readonly behind: readonly string[];
}

/** The result of a comparison. */
export interface ChallengeResult {
  /** In the order of the input. */
  readonly challenges: readonly Challenge[];
  /** Absent: no challenger is proven to be better than live. */
  readonly winner?: Winner;
}

/** The challenger that goes on. */
export interface Winner {
  readonly name: string;
  /** `best`: proven better than live and every other challenger. `better`: than live, but not than all `equals`. */
  readonly claim: 'best' | 'better';
  /** Challengers that are not proven to be worse than the winner. */
  readonly equals: readonly string[];
}

/** Mean error of live minus that of a challenger, −1 to 1, with bounds that hold for all challengers together. */
export interface Gain {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Judges challengers. The winner has the largest proven gain of those that are proven better than live and not proven
 * worse than another; of equal ones the first by name, so that the order of the input does not matter.
 * @param live its error in each picture, 0–1
 * @param risk chance that any statement of the result is wrong, over 0, under 1
 * @throws RangeError without pictures or challengers, or where their numbers of pictures differ
 */
export function judgeChallengers(
  live: readonly number[],
  challengers: readonly Contender[],
  risk = CHALLENGE_RISK,
): ChallengeResult {
  check(live, challengers);
  const alpha = alphaOf(challengers.length, risk);
  const challenges = challengers.map(({ name, errors }) => ({
    name,
    verdict: versusLive(live, errors, alpha),
    behind: challengers.flatMap((other) => (isProven(sampleOf(errors, other.errors), alpha.other) ? [other.name] : [])),
  }));
  const winner = winnerOf(challenges, (index) =>
    gainOf(live, challengers[index]?.errors ?? [], challengers.length, risk),
  );
  return { challenges, ...(winner && { winner }) };
}

/**
 * The gain of a challenger over live.
 * @param challengers number of challengers in the comparison
 */
export function gainOf(
  live: readonly number[],
  errors: readonly number[],
  challengers: number,
  risk = CHALLENGE_RISK,
): Gain {
  const { better, other } = alphaOf(challengers, risk);
  const sample = sampleOf(live, errors);
  return {
    mean: meanError(live) - meanError(errors),
    least: 2 * leastMean(sample, better) - 1,
    most: 2 * mostMean(sample, other) - 1,
  };
}

/**
 * How many more pictures, if they are like those before, prove a challenger better or worse than live.
 * @param challengers number of challengers in the comparison
 * @returns undefined with fewer than 5 pictures, or where no proof is in sight
 */
export function picturesToCome(
  live: readonly number[],
  errors: readonly number[],
  challengers: number,
  risk = CHALLENGE_RISK,
): number | undefined {
  const { better, other } = alphaOf(challengers, risk);
  return decisionsToCome(sampleOf(live, errors), { goal: 'better' }, { promote: better, rollback: other });
}

/** Mean of errors, one for each picture. */
export function meanError(errors: readonly number[]): number {
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** The chance of an error in each statement. */
interface Alpha {
  /** "Better than live". */
  readonly better: number;
  /** "Worse than live" and "better than that challenger". */
  readonly other: number;
}

function alphaOf(challengers: number, risk: number): Alpha {
  return { better: risk / 2 / challengers, other: risk / 2 / challengers ** 2 };
}

/** How much smaller the second errors are than the first ones, from 0 over ½ (equal) to 1, with four decimals. */
function sampleOf(first: readonly number[], second: readonly number[]): Sample {
  const times = new Map<number, number>();
  for (const [picture, error] of first.entries()) {
    const rounded = Math.round(5000 * (1 + error - (second[picture] as number)));
    times.set(rounded, (times.get(rounded) ?? 0) + 1);
  }
  return [...times].map(([value, count]) => [value / 10_000, count] as const);
}

function isProven(gains: Sample, alpha: number): boolean {
  return evidenceAbove(gains, 0.5) >= -Math.log(alpha);
}

function versusLive(live: readonly number[], errors: readonly number[], alpha: Alpha): Challenge['verdict'] {
  if (isProven(sampleOf(live, errors), alpha.better)) return 'better';
  return isProven(sampleOf(errors, live), alpha.other) ? 'worse' : 'unclear';
}

function winnerOf(challenges: readonly Challenge[], gain: (index: number) => Gain): Winner | undefined {
  const [first] = challenges
    .flatMap(({ name, verdict, behind }, index) =>
      verdict === 'better' && behind.length === 0 ? [{ name, least: gain(index).least }] : [],
    )
    .toSorted((a, b) => b.least - a.least || (a.name < b.name ? -1 : 1));
  if (!first) return undefined;
  const { name } = first;
  const equals = challenges.filter((each) => each.name !== name && !each.behind.includes(name));
  return { name, claim: equals.length === 0 ? 'best' : 'better', equals: equals.map((each) => each.name) };
}

function check(live: readonly number[], challengers: readonly Contender[]): void {
  if (live.length === 0 || challengers.length === 0)
    throw new RangeError(
      `Expected pictures and challengers, received ${live.length} pictures, ${challengers.length} challengers`,
    );
  const other = challengers.find(({ errors }) => errors.length !== live.length);
  if (other) throw new RangeError(`Expected ${live.length} errors for ${other.name}, received ${other.errors.length}`);
}
