/** Results of a labelled set: both versions' answers to its photos, beside the truth. */

import { countError } from '../judge/agreement.ts';
import type { LabelsTally, SkippedPhoto } from '../judge/labels.ts';
import { ap50, type LabelledDetection, labelAp50, type MatchesByLabel, matchByLabel } from '../truth/ap50.ts';
import { VERDICT } from '../truth/matching.ts';
import type { PhotoTruth } from '../truth/photos.ts';
import type { OrderedSet } from './labelled-order.ts';

/** Matches of one version's detections of a label in a photo. */
interface StoredMatches {
  readonly scores: readonly number[];
  /** One `VERDICT` per score. */
  readonly verdicts: readonly number[];
  readonly positives: number;
}

/** One version's answer to a photo. */
export interface VersionResult {
  /** By label; empty without boxes. */
  readonly matches: Readonly<Record<string, StoredMatches>>;
  /** Detections by label. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A photo that both versions answered. */
export interface AnsweredPhoto {
  readonly file: string;
  readonly live: VersionResult;
  readonly candidate: VersionResult;
}

/** One photo of a set that is done. JSON. */
export type PhotoResult = AnsweredPhoto | SkippedPhoto;

/** The numbers of one version for one label. */
export interface LabelNumbers {
  /** Over all photos together; null without objects. */
  readonly ap50: number | null;
  /** Detections that match an object, and those that match none. */
  readonly right: number;
  readonly wrong: number;
  /** Mean of |counted − true|; null without true counts. */
  readonly count_error: number | null;
}

/** Both versions' numbers for one label. */
export interface LabelRow {
  readonly label: string;
  readonly objects: number;
  readonly live: LabelNumbers;
  readonly candidate: LabelNumbers;
}

const SIDES = ['live', 'candidate'] as const;

/** A version's answer as it is kept. */
export function resultOf(
  truth: PhotoTruth,
  detections: readonly LabelledDetection[],
  names: readonly string[],
): VersionResult {
  const matches = truth.boxes ? matchByLabel(truth, detections, names) : {};
  return {
    matches: Object.fromEntries(
      Object.entries(matches).map(([label, { scores, verdicts, positives }]) => [
        label,
        { scores, verdicts: [...(verdicts[0] ?? [])], positives },
      ]),
    ),
    counts: Object.fromEntries(
      names.map((name) => [name, detections.filter(({ label }) => label === name).length] as const),
    ),
  };
}

/** The tally of the results so far, block by block. */
export function tallyResults({ measure, photos }: OrderedSet, results: readonly PhotoResult[]): LabelsTally {
  const skipped = results.filter((result) => 'reason' in result);
  const blocks = Map.groupBy(
    photos.slice(0, results.length).flatMap(({ truth, block }, index) => {
      const result = results[index] as PhotoResult;
      return block === undefined || 'reason' in result ? [] : [{ truth, block, result }];
    }),
    ({ block }) => block,
  );
  // Because the last block may wait for some of its photos.
  const open = photos[results.length]?.block;
  const values = [...blocks].flatMap(([block, members]) => {
    const [live, candidate] = SIDES.map((side) => blockValue(measure, members, side));
    return block === open || live === undefined || candidate === undefined ? [] : [{ live, candidate }];
  });
  const mean = (side: (typeof SIDES)[number]) => values.reduce((sum, value) => sum + value[side], 0) / values.length;
  const sign = measure === 'ap50' ? 1 : -1;
  return {
    measure,
    sample: histogram(values.map(({ live, candidate }) => (1 + sign * (candidate - live)) / 2)),
    ...(values.length > 0 && { means: { live: mean('live'), candidate: mean('candidate') } }),
    photos: photos.length,
    done: results.length,
    skipped: skipped.length,
    examples: skipped.slice(0, 3),
  };
}

interface Member {
  readonly truth: PhotoTruth;
  readonly result: AnsweredPhoto;
}

function blockValue(
  measure: LabelsTally['measure'],
  members: readonly Member[],
  side: (typeof SIDES)[number],
): number | undefined {
  if (measure === 'ap50') return ap50(members.map(({ result }) => matchesOf(result[side])));
  const [member] = members;
  return member && countErrorOf(member.truth, member.result[side]);
}

/** How far the candidate's answer to one photo is better than live's, −1 to 1. */
export function differenceOf(measure: LabelsTally['measure'], truth: PhotoTruth, result: AnsweredPhoto): number {
  const [live = 0, candidate = 0] = SIDES.map((side) => blockValue(measure, [{ truth, result }], side));
  return measure === 'ap50' ? candidate - live : live - candidate;
}

/** All counted labels together: |counted − true| of each, as a share of the true number, at most 1. */
function countErrorOf({ counts }: PhotoTruth, { counts: counted }: VersionResult): number {
  const labels = Object.keys(counted).filter((label) => counts[label] !== undefined);
  const truth = labels.reduce((sum, label) => sum + (counts[label] ?? 0), 0);
  const wrong = labels.reduce((sum, label) => sum + Math.abs((counted[label] ?? 0) - (counts[label] ?? 0)), 0);
  return countError(truth, truth + wrong);
}

function matchesOf({ matches }: VersionResult): MatchesByLabel {
  return Object.fromEntries(
    Object.entries(matches).map(([label, { scores, verdicts, positives }]) => [
      label,
      { scores, verdicts: [Uint8Array.from(verdicts)], taken: [], positives },
    ]),
  );
}

/** The numbers of each label over all answered photos. */
export function labelRows({ names, photos }: OrderedSet, results: readonly PhotoResult[]): LabelRow[] {
  const members = results.flatMap((result, index) => {
    const truth = photos[index]?.truth;
    return 'reason' in result || !truth ? [] : [{ truth, result }];
  });
  return names.map((label) => ({
    label,
    objects: members.reduce((sum, { truth, result }) => sum + objectsOf(truth, result, label), 0),
    live: numbersOf(members, label, 'live'),
    candidate: numbersOf(members, label, 'candidate'),
  }));
}

function objectsOf({ counts }: PhotoTruth, { live }: AnsweredPhoto, label: string): number {
  return counts[label] ?? live.matches[label]?.positives ?? 0;
}

function numbersOf(members: readonly Member[], label: string, side: (typeof SIDES)[number]): LabelNumbers {
  const all = members.map(({ result }) => matchesOf(result[side]));
  const verdicts = all.flatMap((matches) => [...(matches[label]?.verdicts[0] ?? [])]);
  const errors = members.flatMap(({ truth, result }) => {
    const count = truth.counts[label];
    return count === undefined ? [] : [Math.abs((result[side].counts[label] ?? 0) - count)];
  });
  return {
    ap50: labelAp50(all, label) ?? null,
    right: verdicts.filter((verdict) => verdict === VERDICT.right).length,
    wrong: verdicts.filter((verdict) => verdict === VERDICT.wrong).length,
    count_error: errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length,
  };
}

/** With four decimals, so that it stays small. */
function histogram(values: readonly number[]): LabelsTally['sample'] {
  const counts = Map.groupBy(values, (value) => Number(value.toFixed(4)));
  return [...counts].map(([value, times]) => [value, times.length] as const).toSorted(([a], [b]) => a - b);
}
