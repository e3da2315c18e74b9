/** Selects the pictures on which both versions differ most. */

import type { ComparisonRecord } from '../records/comparison.ts';
import { countsOf, pairOf } from './pair.ts';

/** Kinds of differences, by which pictures can be filtered. */
export const KINDS = ['failed', 'missed', 'extra', 'count differs', 'low confidence'] as const;
/** One kind of difference. */
export type Kind = (typeof KINDS)[number];

/** A picture on which both versions differ, or nearly differ. */
export interface Disagreement {
  readonly record: ComparisonRecord;
  readonly kinds: readonly Kind[];
}

/** All pictures that the page shows. */
export function shownPictures(
  worst: readonly Disagreement[],
  toJudge: readonly ComparisonRecord[] = [],
): readonly ComparisonRecord[] {
  return [...new Map([...worst.map(({ record }) => record), ...toJudge].map((record) => [record.id, record])).values()];
}

/** Detections this close to the lowest confidence in all records are nearly below the threshold. */
const NEAR = 0.1;

/** Which differences are shown. */
interface Selection {
  /** The largest ones. Default 48. */
  readonly most?: number;
  /** Ids of pictures that are shown besides: people counted them. */
  readonly counted?: ReadonlySet<string>;
  /** The lowest confidence of all detections, where the records are a part. Default: that of the records. */
  readonly lowest?: number;
}

/** The largest differences first: failed, then by agreement, then by count error. */
export function worstDisagreements(
  comparisons: readonly ComparisonRecord[],
  { most = 48, counted, lowest = lowestConfidence(comparisons) }: Selection = {},
): Disagreement[] {
  const low = lowest + NEAR;
  return comparisons
    .map((record) => ({ record, kinds: kindsOf(record, low) }))
    .filter(({ kinds }) => kinds.length > 0)
    .toSorted((a, b) => byBadness(a.record, b.record))
    .filter(({ record }, index) => index < most || counted?.has(record.id));
}

/** The lowest confidence of all detections, at most 1. */
export function lowestConfidence(comparisons: readonly ComparisonRecord[]): number {
  let lowest = 1;
  for (const record of comparisons) {
    const { baseline, candidate } = pairOf(record);
    for (const { confidence } of [...baseline, ...candidate]) lowest = Math.min(lowest, confidence);
  }
  return lowest;
}

function kindsOf(record: ComparisonRecord, low: number): Kind[] {
  const { score } = record;
  if (score.status === 'failed') return ['failed'];
  const { baseline, candidate } = pairOf(record);
  const counts = countsOf(record);
  const holds: Record<Kind, boolean> = {
    failed: false,
    missed: (score.comparison?.missed.length ?? 0) > 0,
    extra: (score.comparison?.extra.length ?? 0) > 0,
    'count differs': counts !== undefined && counts.baseline !== counts.candidate,
    'low confidence': [...baseline, ...candidate].some(({ confidence }) => confidence <= low),
  };
  return KINDS.filter((kind) => holds[kind]);
}

/** The order of the largest differences first. */
export function byBadness(a: ComparisonRecord, b: ComparisonRecord): number {
  const [worst, other] = [badness(a), badness(b)];
  return other.disagreement - worst.disagreement || other.countError - worst.countError;
}

/** By disagreement, then by count error. Failed pictures come first. */
function badness({ score }: ComparisonRecord): { disagreement: number; countError: number } {
  if (score.status === 'failed') return { disagreement: Number.MAX_VALUE, countError: 1 };
  return { disagreement: 1 - (score.comparison?.agreement ?? 1), countError: score.countError };
}
