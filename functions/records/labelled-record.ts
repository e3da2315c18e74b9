import type { LabelledMeasure, SetProblem, SkippedPhoto } from '../judge/labels.ts';
import type { LabelledDetection } from '../truth/ap50.ts';
import type { TruthBox } from '../truth/photos.ts';
import type { LabelRow, PhotoResult } from './labelled-results.ts';

/** A photo on which the versions differ, with the truth and both answers. */
export interface DifferentPhoto {
  readonly file: string;
  /** How far the candidate is better: AP50 of this photo, or count error. −1 to 1. */
  readonly difference: number;
  /** Pixels of the upright picture. */
  readonly width: number;
  readonly height: number;
  /** Absent: only counts are known. */
  readonly boxes?: readonly TruthBox[];
  readonly counts: Readonly<Record<string, number>>;
  readonly live: readonly LabelledDetection[];
  readonly candidate: readonly LabelledDetection[];
}

/** Most photos with large differences that are kept. */
export const MOST_DIFFERENT = 12;

/** A shadow's progress in a labelled set. JSON. */
export interface LabelledProgress {
  /** Entity tag of the truth, so that a changed one is noticed. */
  readonly truth: string;
  /** In the order of the set. */
  readonly results: readonly PhotoResult[];
  /** The largest differences so far, the largest first. */
  readonly different: readonly DifferentPhoto[];
}

/** The results of a labelled set, for the report: `rollouts/…/labels.json`. */
export interface LabelledRecord {
  readonly updated_at: string;
  /** Prefix of the photos' keys. */
  readonly prefix: string;
  readonly measure: LabelledMeasure;
  /** Photos of the set; how many of them are done; those that are skipped. */
  readonly photos: number;
  readonly done: number;
  readonly skipped: readonly SkippedPhoto[];
  readonly labels: readonly LabelRow[];
  readonly different: readonly DifferentPhoto[];
  readonly problem?: SetProblem;
}
