import type { ComparisonRecord } from '../records/comparison.ts';
import { pairOf } from './pair.ts';

/** The detections of one label by both versions, over all pictures. */
export interface ClassRow {
  readonly label: string;
  readonly baseline: number;
  readonly candidate: number;
  readonly matched: number;
  readonly missed: number;
  readonly extra: number;
  /** Share of all detected objects that only one of the two versions detected, 0–1. */
  readonly disagreement: number;
  /** Means over the matches; absent without matches. */
  readonly meanIou?: number;
  readonly confidenceShift?: number;
}

/** One row for each detected label, the most frequent first. Only of pictures compared with live. */
export function classRows(comparisons: readonly ComparisonRecord[]): ClassRow[] {
  const sums = new Map<string, Sums>();
  for (const record of comparisons) addPicture(sums, record);
  return [...sums].map(([label, sum]) => rowOf(label, sum)).toSorted((a, b) => b.baseline - a.baseline);
}

interface Sums {
  baseline: number;
  candidate: number;
  matched: number;
  iou: number;
  shift: number;
}

function addPicture(sums: Map<string, Sums>, record: ComparisonRecord): void {
  const { score } = record;
  if (score.status !== 'done' || !score.comparison) return;
  const { baseline, candidate } = pairOf(record);
  for (const { label } of baseline) sumOf(sums, label).baseline += 1;
  for (const { label } of candidate) sumOf(sums, label).candidate += 1;
  for (const match of score.comparison.matches) {
    const [a, b] = [baseline[match.baseline], candidate[match.candidate]];
    if (!a || !b) continue;
    const sum = sumOf(sums, a.label);
    sum.matched += 1;
    sum.iou += match.iou;
    sum.shift += b.confidence - a.confidence;
  }
}

function sumOf(sums: Map<string, Sums>, label: string): Sums {
  const sum = sums.get(label) ?? { baseline: 0, candidate: 0, matched: 0, iou: 0, shift: 0 };
  sums.set(label, sum);
  return sum;
}

function rowOf(label: string, { baseline, candidate, matched, iou, shift }: Sums): ClassRow {
  return {
    label,
    baseline,
    candidate,
    matched,
    missed: baseline - matched,
    extra: candidate - matched,
    disagreement: 1 - matched / (baseline + candidate - matched),
    ...(matched > 0 && { meanIou: iou / matched, confidenceShift: shift / matched }),
  };
}
