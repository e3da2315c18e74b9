/** Running sums over the pictures of one shadow. Their order and grouping do not change the result. JSON. */

import { leastMean, meanOf, mostMean, type Sample } from '../evidence/bounded-mean.ts';
import type { Novelty } from './scenes.ts';
import type { PictureScore } from './shadow-score.ts';

/** How often each value occurred; keys are values 0–1 with four decimals. */
export type Histogram = Readonly<Record<string, number>>;

/** Sums over the pictures of one shadow. Start with `NO_PICTURES`; `add` one score, `merge` two tallies. */
export interface ShadowTally {
  /** Pictures that count, including those whose replay failed. */
  readonly pictures: number;
  /** Pictures of the same content as one before. They are in no other sum, unless the plan counts them. */
  readonly repeats: number;
  /** Likewise, pictures of nearly the same content: see `scenes.ts`. */
  readonly neighbours: number;
  /** Replays that failed. */
  readonly failures: number;
  /** Pictures in which neither detected an object: they agree, but are no evidence of how well objects are detected. */
  readonly empty: number;
  /** Objects in all; `matched`, `missed` and `extra` only with baseline `live`. */
  readonly objects: Readonly<Record<'baseline' | 'candidate' | 'matched' | 'missed' | 'extra', number>>;
  /** Sums over the matches: IoU, and the candidate's confidence minus the baseline's. */
  readonly iouSum: number;
  readonly confidenceShiftSum: number;
  /** The candidate's count minus the baseline's, by label. Only with baseline `live`. */
  readonly countDifferences: Readonly<Record<string, number>>;
  /** 1 − agreement of every picture in which either detected an object. Only with baseline `live`. */
  readonly disagreements: Histogram;
  /** The count error of every picture in which either detected an object. */
  readonly countErrors: Histogram;
  /** Pictures with both durations, how many of them were slow, and both sums in milliseconds. */
  readonly timed: number;
  readonly slow: number;
  readonly baselineMsSum: number;
  readonly candidateMsSum: number;
}

/** The tally of no pictures. */
export const NO_PICTURES: ShadowTally = {
  pictures: 0,
  repeats: 0,
  neighbours: 0,
  failures: 0,
  empty: 0,
  objects: { baseline: 0, candidate: 0, matched: 0, missed: 0, extra: 0 },
  iouSum: 0,
  confidenceShiftSum: 0,
  countDifferences: {},
  disagreements: {},
  countErrors: {},
  timed: 0,
  slow: 0,
  baselineMsSum: 0,
  candidateMsSum: 0,
};

/** The tally of one picture. */
export function tallyOf(score: PictureScore): ShadowTally {
  if (score.status === 'failed') return { ...NO_PICTURES, pictures: 1, failures: 1 };
  const { objects, comparison, time } = score;
  const empty = objects.baseline === 0 && objects.candidate === 0;
  const matched = comparison?.matches.length ?? 0;
  return {
    ...NO_PICTURES,
    pictures: 1,
    empty: empty ? 1 : 0,
    objects: { ...objects, matched, missed: comparison?.missed.length ?? 0, extra: comparison?.extra.length ?? 0 },
    iouSum: matched * (comparison?.meanIou ?? 0),
    confidenceShiftSum: matched * (comparison?.confidenceShift ?? 0),
    countDifferences: comparison?.countDifferences ?? {},
    disagreements: comparison && !empty ? once(1 - comparison.agreement) : {},
    countErrors: empty ? {} : once(score.countError),
    ...(time && {
      timed: 1,
      slow: time.slow ? 1 : 0,
      baselineMsSum: time.baselineMs,
      candidateMsSum: time.candidateMs,
    }),
  };
}

/** The sum of two tallies. */
export function merge(a: ShadowTally, b: ShadowTally): ShadowTally {
  return {
    pictures: a.pictures + b.pictures,
    repeats: a.repeats + b.repeats,
    neighbours: a.neighbours + b.neighbours,
    failures: a.failures + b.failures,
    empty: a.empty + b.empty,
    objects: sums(a.objects, b.objects),
    iouSum: a.iouSum + b.iouSum,
    confidenceShiftSum: a.confidenceShiftSum + b.confidenceShiftSum,
    countDifferences: sums(a.countDifferences, b.countDifferences),
    disagreements: sums(a.disagreements, b.disagreements),
    countErrors: sums(a.countErrors, b.countErrors),
    timed: a.timed + b.timed,
    slow: a.slow + b.slow,
    baselineMsSum: a.baselineMsSum + b.baselineMsSum,
    candidateMsSum: a.candidateMsSum + b.candidateMsSum,
  };
}

/** The tally with one more picture. */
export function add(tally: ShadowTally, score: PictureScore): ShadowTally {
  return merge(tally, tallyOf(score));
}

/** The tally that knows of a picture whether it is a new scene. Its score, if it counts, is added by `add`. */
export function withNovelty(tally: ShadowTally, novelty: Novelty): ShadowTally {
  return {
    ...tally,
    repeats: tally.repeats + (novelty === 'repeat' ? 1 : 0),
    neighbours: tally.neighbours + (novelty === 'neighbour' ? 1 : 0),
  };
}

/** What a shadow has looked at so far. */
export interface LookedAt {
  /** Pictures, repeated ones included. */
  readonly pictures: number;
  /** Pictures of different content. */
  readonly different: number;
  /** Different scenes: see `scenes.ts`. */
  readonly scenes: number;
}

/** @param countsRepeats whether every picture counts, so that the sums have the repeated ones, too */
export function lookedAt({ pictures: counted, repeats, neighbours }: ShadowTally, countsRepeats: boolean): LookedAt {
  const pictures = countsRepeats ? counted : counted + repeats + neighbours;
  return { pictures, different: pictures - repeats, scenes: pictures - repeats - neighbours };
}

/** A stored tally, also one of an earlier release, which counted every picture. */
export function restoreTally(tally: ShadowTally): ShadowTally {
  return { ...NO_PICTURES, ...tally };
}

/** The tally without a picture that was added before. */
export function subtract(tally: ShadowTally, score: PictureScore): ShadowTally {
  return merge(tally, negative(tallyOf(score)));
}

function negative<T extends object>(sums: T): T {
  const entries = Object.entries(sums).map(([name, value]) => [
    name,
    typeof value === 'number' ? -value : negative(value),
  ]);
  return Object.fromEntries(entries) as T;
}

/** The histogram's values and how often each occurred. */
export function sampleOf(histogram: Histogram): Sample {
  return Object.entries(histogram).map(([value, times]) => [Number(value), times]);
}

/** `hits` of `trials` as values 1 and 0. */
export function sampleOfHits(hits: number, trials: number): Sample {
  return [
    [0, trials - hits],
    [1, hits],
  ];
}

/** A mean with its always-valid bounds. Without values the mean is absent and the bounds are 0 and 1. */
export interface Estimate {
  readonly mean?: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** A shadow's results so far, for readers of the record. Shares and means 0–1. */
export interface ShadowSummary {
  readonly disagreement: Estimate;
  readonly countError: Estimate;
  readonly failed: Estimate;
  readonly slow: Estimate;
  /** Over all matches; absent without any. */
  readonly meanIou?: number;
  readonly meanConfidenceShift?: number;
}

/**
 * The means with their bounds.
 * @param alpha the chance that one bound is ever wrong, by default 0.05
 */
export function summarize(tally: ShadowTally, alpha = 0.05): ShadowSummary {
  const { matched } = tally.objects;
  return {
    disagreement: estimate(sampleOf(tally.disagreements), alpha),
    countError: estimate(sampleOf(tally.countErrors), alpha),
    failed: estimate(sampleOfHits(tally.failures, tally.pictures), alpha),
    slow: estimate(sampleOfHits(tally.slow, tally.timed), alpha),
    ...(matched > 0 && {
      meanIou: tally.iouSum / matched,
      meanConfidenceShift: tally.confidenceShiftSum / matched,
    }),
  };
}

/** The mean of values from 0 to 1, with its bounds. @param alpha the chance that one bound is ever wrong */
export function estimate(sample: Sample, alpha: number): Estimate {
  const mean = meanOf(sample);
  return { ...(mean !== undefined && { mean }), atLeast: leastMean(sample, alpha), atMost: mostMean(sample, alpha) };
}

function once(value: number): Histogram {
  return { [value.toFixed(4)]: 1 };
}

function sums<K extends string>(a: Readonly<Record<K, number>>, b: Readonly<Record<K, number>>): Record<K, number> {
  const changed = (Object.keys(b) as K[]).map((key) => [key, own(a, key) + b[key]]);
  return { ...a, ...Object.fromEntries(changed) };
}

/** Because a label can be `constructor`. */
function own<K extends string>(record: Readonly<Record<K, number>>, key: K): number {
  return Object.hasOwn(record, key) ? record[key] : 0;
}
