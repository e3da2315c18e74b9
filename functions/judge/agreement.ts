/** Compares two answers to the same picture, object by object. */

import { boxIou } from '../detection/box.ts';
import type { Detection as DetectorDetection } from '../detection/detect.ts';
import { assign, type Edge } from './assignment.ts';

/** The compared parts of a detection: label, confidence (0–1) and box (pixels of the upright source picture). */
export type Detection = Pick<DetectorDetection, 'label' | 'confidence' | 'box'>;

/** Least IoU at which two boxes of one label are the same object: the usual value (PASCAL VOC, COCO's AP50). */
export const SAME_OBJECT_IOU = 0.5;

/** Two boxes of the same object: indexes into the two answers. */
export interface Match {
  readonly baseline: number;
  readonly candidate: number;
  /** 0.5–1. */
  readonly iou: number;
}

/** How two answers to one picture differ. */
export interface Comparison {
  readonly matches: readonly Match[];
  /** Indexes of the baseline's objects that the candidate does not have. */
  readonly missed: readonly number[];
  /** Indexes of the candidate's objects that the baseline does not have. */
  readonly extra: readonly number[];
  /** Of all objects that either detected, the share that both detected; 1 where neither detected any. 0–1. */
  readonly agreement: number;
  /** Mean over the matches, 0.5–1; absent without matches. */
  readonly meanIou?: number;
  /** The candidate's confidence minus the baseline's, mean over the matches; absent without matches. −1 to 1. */
  readonly confidenceShift?: number;
  /** The candidate's count minus the baseline's, in all. */
  readonly countDifference: number;
  /** The same by label, for every label that either detected. */
  readonly countDifferences: Readonly<Record<string, number>>;
}

/**
 * Matches the objects of two answers: same label, IoU ≥ 0.5, as many pairs as possible, and of these matchings one with
 * the largest total IoU. A detection with a number that is not finite matches nothing.
 */
export function compare(baseline: readonly Detection[], candidate: readonly Detection[]): Comparison {
  const matches = assign(overlaps(baseline, candidate)).map(({ row, column, weight }) => ({
    baseline: row,
    candidate: column,
    iou: weight,
  }));
  const matched = { baseline: new Set<number>(), candidate: new Set<number>() };
  for (const match of matches) {
    matched.baseline.add(match.baseline);
    matched.candidate.add(match.candidate);
  }
  const seen = baseline.length + candidate.length - matches.length;
  return {
    matches,
    missed: [...baseline.keys()].filter((index) => !matched.baseline.has(index)),
    extra: [...candidate.keys()].filter((index) => !matched.candidate.has(index)),
    agreement: seen === 0 ? 1 : matches.length / seen,
    ...meansOf(matches, baseline, candidate),
    countDifference: candidate.length - baseline.length,
    countDifferences: countDifferences(baseline, candidate),
  };
}

/**
 * The error of a count: |candidate − baseline| / baseline, at most 1. A baseline of 0 counts as 1, so that
 * any object where there is none is an error of 1.
 */
export function countError(baseline: number, candidate: number): number {
  return Math.min(1, Math.abs(candidate - baseline) / Math.max(1, baseline));
}

function overlaps(baseline: readonly Detection[], candidate: readonly Detection[]): Edge[] {
  return baseline.flatMap((a, row) =>
    candidate.flatMap((b, column) => {
      const weight = a.label === b.label ? iou(a, b) : 0;
      return weight >= SAME_OBJECT_IOU ? [{ row, column, weight }] : [];
    }),
  );
}

/** Intersection over union, 0–1; 0 or NaN, neither of them enough for a match, where a number is not finite. */
function iou(a: Detection, b: Detection): number {
  const finite = Number.isFinite(a.confidence) && Number.isFinite(b.confidence);
  return finite ? Math.min(1, boxIou(a.box, b.box)) : 0;
}

function meansOf(matches: readonly Match[], baseline: readonly Detection[], candidate: readonly Detection[]) {
  if (matches.length === 0) return {};
  const mean = (value: (match: Match) => number) =>
    matches.reduce((sum, match) => sum + value(match), 0) / matches.length;
  const confidence = (answer: readonly Detection[], index: number) => (answer[index] as Detection).confidence;
  return {
    meanIou: mean((match) => match.iou),
    confidenceShift: mean((match) => confidence(candidate, match.candidate) - confidence(baseline, match.baseline)),
  };
}

function countDifferences(baseline: readonly Detection[], candidate: readonly Detection[]): Record<string, number> {
  const differences = new Map<string, number>();
  for (const { label } of baseline) differences.set(label, (differences.get(label) ?? 0) - 1);
  for (const { label } of candidate) differences.set(label, (differences.get(label) ?? 0) + 1);
  return Object.fromEntries(differences);
}
