/**
 * Is the candidate nearer to the truth of labelled photos than live? Both versions' answers to the same photos, block
 * by block.
 *
 * Per block, x = (1 + AP50 of the candidate − AP50 of live) / 2: 0–1, and ½ where both are as good. Where a set has
 * counts only, x = (1 + error of live − error of the candidate) / 2. The hypotheses about mean(x) are those of
 * `truth.ts`, tested by betting, valid at every look.
 *
 * A block is one photo with objects, with an equal share of the photos without: AP50 is not defined without objects,
 * and false detections count beside an object only. Larger blocks need more photos for the same proof, because x keeps
 * its range while fewer values are left to bet on: YOLOX-nano against counter-nano on 240 photos needs 54 photos
 * (median) with one such photo in a block, 119 with two, 238 with four. So "better" is about the mean AP50 of blocks,
 * not about the AP50 of all photos together, which the report shows beside it.
 *
 * Valid where the labelled photos are a random sample of those that the owner cares about: then blocks are, too, and
 * each x has, given those before, the mean that the hypothesis is about. The photos are dealt into blocks in an order
 * by a hash of rollout and file name, so a set that is sorted by camera or day is no worse than a mixed one, and the
 * looks before the end see a random part. The same picture under several names counts once. Pictures that are nearly
 * the same, as of one camera in a minute, are not independent: leave all but one of them out of the set.
 */

import { evidenceAbove, type Sample } from '../evidence/bounded-mean.ts';
import { fewestMore } from '../evidence/foretold.ts';
import type { ShadowStep } from '../plan/steps.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import type { Finding, Outcome } from './finding.ts';
import { boundOf, decisionsToCome, judgedOf, truthOutcome } from './truth.ts';

/** What a set is judged by: `countError` where no photo has boxes. */
export type LabelledMeasure = 'ap50' | 'countError';

/** A photo that is not judged, by its file name in the truth. */
export interface SkippedPhoto {
  readonly file: string;
  readonly reason: SkipReason;
}

/**
 * `missing`: no such object. `repeated`: the picture of an earlier photo. `unreadable`: neither version accepts it.
 * `other size`: not the size of the truth. `no boxes`: counts only, in a set with boxes. `no labels`: nothing is known
 * about the endpoint's labels. `unanswered`: the live version, or the bucket, gave no answer.
 */
export type SkipReason = 'missing' | 'repeated' | 'unreadable' | 'other size' | 'no boxes' | 'no labels' | 'unanswered';

/** Why a set cannot be judged. */
export type SetProblem =
  | { readonly code: 'no truth'; readonly file: string }
  | { readonly code: 'invalid truth'; readonly file: string; readonly fault: string }
  /** The truth has none of the endpoint's labels. */
  | { readonly code: 'other labels'; readonly names: readonly string[] }
  /** The truth was changed after the rollout began. */
  | { readonly code: 'changed'; readonly file: string };

/** Sums over the labelled photos so far. JSON. */
export interface LabelsTally {
  readonly measure: LabelledMeasure;
  /** How often each x occurred. */
  readonly sample: Sample;
  /** Mean over the blocks, of AP50 or of the count error, 0–1; absent without a block. */
  readonly means?: { readonly live: number; readonly candidate: number };
  /** Photos of the set, and how many are done: answered by both versions, or skipped. */
  readonly photos: number;
  readonly done: number;
  /** How many are skipped, and the first of them. */
  readonly skipped: number;
  readonly examples: readonly SkippedPhoto[];
  readonly problem?: SetProblem;
}

/** No photo is answered yet. */
export const NO_LABELS: LabelsTally = {
  measure: 'ap50',
  sample: [],
  photos: 0,
  done: 0,
  skipped: 0,
  examples: [],
};

/** Whether every photo is done. */
export function isAnswered({ photos, done }: LabelsTally): boolean {
  return photos > 0 && done >= photos;
}

/** The finding of a step that labels judge; none of another step. */
export function judgeLabels({ labels, alpha }: ShadowStep, tally: LabelsTally = NO_LABELS): readonly Finding[] {
  if (!labels) return [];
  const { test } = labels;
  return [{ kind: 'labels', outcome: outcomeOf(truthOutcome(tally.sample, test, alpha), tally), tally, test, alpha }];
}

/** A fault ends the step early; a promotion waits for all photos, so that the report has all numbers. */
function outcomeOf(proven: Outcome, tally: LabelsTally): Outcome {
  return proven === 'promote' && !isAnswered(tally) ? 'hold' : proven;
}

/**
 * How many more labelled photos a verdict needs if they are like those of the set.
 * @returns undefined with fewer than 5 blocks, and where no verdict is in sight
 */
export function photosToCome(
  { sample, done, skipped }: LabelsTally,
  test: TruthTest,
  alpha: ShadowStep['alpha'],
): number | undefined {
  const blocks = decisionsToCome(sample, test, alpha);
  return blocks === undefined ? undefined : Math.ceil((blocks * (done - skipped)) / judgedOf(sample));
}

/** The fewest blocks that can prove the goal, where the candidate is right in all of them and live in none. */
export function fewestBlocks(test: TruthTest, alpha: number): number {
  return fewestAbove(boundOf(test), alpha);
}

/** The fewest photos that can prove a gate's margin, where none is over its limit. */
export function fewestPhotos(margin: number, alpha: number): number {
  return fewestAbove(1 - margin, alpha);
}

/** Up to this number, the sum of two counts is exact. */
const MOST_VALUES = 2 ** 52;

/** The fewest values 1 that prove a mean above a bound: each of them is more evidence. Infinite beyond 2^52. */
function fewestAbove(bound: number, alpha: number): number {
  const isProven = (values: number) => evidenceAbove([[1, values]], bound) >= -Math.log(alpha);
  return fewestMore(isProven, MOST_VALUES) ?? Number.POSITIVE_INFINITY;
}
