/**
 * The count error of pictures that nobody counted, from their answers and from decisions on others.
 *
 * Of the decided pictures, isotonic regression says which error each doubt stands for; the mean of that over the doubts
 * of a period is an estimate. That is confidence-based performance estimation (CBPE, of NannyML; the same idea as ATC:
 * Garg et al., Leveraging unlabeled data to predict out-of-distribution performance, ICLR 2022) for a count error. It
 * holds as long as a doubt stands for the same error as before. Without labels no method can find that it does not
 * (Garg et al., section 3). A detector in the dark is such a case: `other-counts.ts` is a second estimate, for that.
 * The interval reaches over both.
 *
 * Where enough pictures of the period itself are decided, they correct the first estimate, and nothing is assumed of
 * doubts: prediction-powered inference (Angelopoulos, Duchi & Zrnic, PPI++: Efficient prediction-powered inference,
 * arXiv:2311.01453).
 */

import { studentQuantile } from '../evidence/student.ts';
import { type Block, blockAt, isotonic } from './isotonic.ts';
import { GROUPS, jackknifeVariance } from './jackknife.ts';
import { withOtherCounts } from './other-counts.ts';
import { wilson } from './wilson.ts';

/** An answer: its doubt (see `doubtOf`), and how many objects it has. */
export interface Answered {
  readonly doubt: number;
  readonly found: number;
}

/** An answer to a picture that people counted. */
export interface Decided extends Answered {
  /** When it was answered, milliseconds since the epoch. */
  readonly time: number;
  /** What they counted. */
  readonly truth: number;
  /** Count error of the answer, 0–1. */
  readonly error: number;
  /** Pictures of one scene share the weight 1. */
  readonly weight: number;
}

/** Decisions on pictures of other periods, and of this one. */
export interface Decisions {
  readonly others: readonly Decided[];
  readonly within: readonly Decided[];
}

/** An estimated mean count error with its 95 % interval. Shares, 0–1. */
export interface Estimated {
  /** `confidences`: assumes that a doubt stands for the same error as before. `decisions`: does not. */
  readonly by: 'confidences' | 'decisions';
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** Pictures that the estimate is about. */
  readonly pictures: number;
  /** Scenes that people counted, on which it rests. */
  readonly decisions: number;
  /** The count error if the pictures have as many objects as the decided ones; only `by: 'confidences'`. */
  readonly otherwise?: { readonly error: number; readonly found: 'fewer' | 'more' };
}

/** Why there is no estimate, and how many more scenes of the period people have to count. */
export interface CannotTell {
  readonly by: 'nothing';
  /** `unlike`: too few of the decided pictures are like those of the period. */
  readonly reason: 'decisions' | 'unlike';
  readonly decisions: number;
  readonly more: number;
}

export type Estimate = Estimated | CannotTell;

/** Scenes that must be decided before confidences are translated. */
export const LEAST_BEFORE = 50;
/** Scenes that must be like those of the period: the size of an equally certain sample of the period's own. */
export const LEAST_ALIKE = 30;
/** Scenes of a period that must be decided for an estimate by decisions. */
export const LEAST_WITHIN = 30;
/** Chance on each side of the interval. */
const RISK = 0.025;

/** @param answers of the period, all or a random sample, at least one */
export function estimateError(answers: readonly Answered[], { others, within }: Decisions): Estimate {
  const [known, own] = [scenesOf(others), scenesOf(within)];
  const more = Math.ceil(LEAST_WITHIN - own);
  const doubts = answers.map(({ doubt }) => doubt);
  if (more <= 0) return byDecisions(doubts, known >= LEAST_BEFORE ? others : [], within);
  const all = [...others, ...within];
  if (known + own < LEAST_BEFORE) {
    const missing = Math.min(more, Math.ceil(LEAST_BEFORE - known - own));
    return { by: 'nothing', reason: 'decisions', decisions: known + own, more: missing };
  }
  return byConfidences(answers, all) ?? { by: 'nothing', reason: 'unlike', decisions: known + own, more };
}

function scenesOf(decided: readonly Decided[]): number {
  return sumOf(decided, ({ weight }) => weight);
}

/** @returns undefined where too few of the decided pictures are like those of the period */
function byConfidences(answers: readonly Answered[], decided: readonly Decided[]): Estimated | undefined {
  const doubts = answers.map(({ doubt }) => doubt);
  const ordered = decided.toSorted((a, b) => a.time - b.time);
  const fit = fitOf(decided);
  const shares = sharesOf(fit, doubts);
  const alike = 1 / shares.reduce((sum, share, block) => sum + share ** 2 / (fit[block] as Block).weight, 0);
  if (alike < LEAST_ALIKE) return undefined;
  const quantile = studentQuantile(GROUPS - 1, RISK);
  const error = meanBy(fit, shares);
  const spread = residualVariance(fit, shares, decided) / doubts.length;
  const variance = spread + jackknifeVariance(ordered, (rest) => estimateBy(rest, doubts));
  const told = wilson(error, sizeOf(error, variance, alike), quantile);
  const found = answers.map((answer) => answer.found);
  const { error: otherwise, change } = withOtherCounts(decided, found);
  const otherVariance =
    jackknifeVariance(ordered, (rest) => withOtherCounts(rest, found).error) +
    jackknifeVariance(found, (rest) => withOtherCounts(decided, rest).error);
  const other = wilson(otherwise, sizeOf(otherwise, otherVariance, scenesOf(decided)), quantile);
  return {
    by: 'confidences',
    error,
    otherwise: { error: otherwise, found: change < 0 ? 'fewer' : 'more' },
    low: Math.min(told.low, other.low),
    high: Math.max(told.high, other.high),
    pictures: doubts.length,
    decisions: scenesOf(decided),
  };
}

function estimateBy(decided: readonly Decided[], doubts: readonly number[]): number {
  const fit = fitOf(decided);
  return meanBy(fit, sharesOf(fit, doubts));
}

function fitOf(decided: readonly Decided[]): Block[] {
  return isotonic(decided.map(({ doubt, error, weight }) => ({ x: doubt, y: error, weight })));
}

/** Share of the period's answers in each step of the fit. */
function sharesOf(fit: readonly Block[], doubts: readonly number[]): number[] {
  const shares = fit.map(() => 0);
  for (const doubt of doubts) shares[blockAt(fit, doubt)] = (shares[blockAt(fit, doubt)] as number) + 1 / doubts.length;
  return shares;
}

function meanBy(fit: readonly Block[], shares: readonly number[]): number {
  return shares.reduce((sum, share, block) => sum + share * (fit[block] as Block).value, 0);
}

/** Mean squared distance of the errors from the fit, for the doubts of the period. */
function residualVariance(fit: readonly Block[], shares: readonly number[], decided: readonly Decided[]): number {
  return sumOf(decided, ({ doubt, error, weight }) => {
    const at = blockAt(fit, doubt);
    const { value, weight: inBlock } = fit[at] as Block;
    return ((shares[at] as number) * weight * (error - value) ** 2) / inBlock;
  });
}

/** The size of a sample of 0 and 1 with this mean and variance: at most `most`, as where all values are 0. */
function sizeOf(mean: number, variance: number, most: number): number {
  return variance === 0 ? most : Math.min(most, (mean * (1 - mean)) / variance);
}

/** @param before decisions that translate doubts; none: the decisions of the period stand alone */
function byDecisions(doubts: readonly number[], before: readonly Decided[], within: readonly Decided[]): Estimated {
  const fit = before.length === 0 ? [{ from: 0, value: 0, weight: 1 }] : fitOf(before);
  const foretold = (doubt: number) => (fit[blockAt(fit, doubt)] as Block).value;
  const scenes = scenesOf(within);
  const meanOf = (value: (each: Decided) => number) => sumOf(within, (each) => each.weight * value(each)) / scenes;
  const own = doubts.map(foretold);
  const whole = sumOf(own, (value) => value) / own.length;
  const variance = sumOf(own, (value) => (value - whole) ** 2) / own.length;
  const [error, guess] = [meanOf((each) => each.error), meanOf(({ doubt }) => foretold(doubt))];
  const covariance = meanOf((each) => (each.error - error) * (foretold(each.doubt) - guess));
  const trust = variance === 0 ? 0 : clipped(covariance / ((1 + scenes / own.length) * variance));
  const estimate = clipped(error + trust * (whole - guess));
  const rest = meanOf((each) => (each.error - error - trust * (foretold(each.doubt) - guess)) ** 2);
  const sampling = rest / (scenes - 1) + (trust ** 2 * variance) / own.length;
  const size = sampling === 0 ? scenes : Math.min(2 * scenes, (estimate * (1 - estimate)) / sampling);
  const { low, high } = wilson(estimate, size, studentQuantile(scenes - 1, RISK));
  return { by: 'decisions', error: estimate, low, high, pictures: doubts.length, decisions: scenes };
}

function clipped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function sumOf<T>(values: readonly T[], value: (each: T) => number): number {
  return values.reduce((sum, each) => sum + value(each), 0);
}
