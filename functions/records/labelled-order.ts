/** The order in which the photos of a labelled set are answered, and their blocks: see `functions/judge/labels.ts`. */

import { createHash } from 'node:crypto';
import type { LabelledMeasure, SkipReason } from '../judge/labels.ts';
import type { PhotoTruth } from '../truth/photos.ts';

/** A photo of the set. */
export interface OrderedPhoto {
  readonly truth: PhotoTruth;
  /** Index of its block; absent: it is in none. */
  readonly block?: number;
  /** Why no version has to answer it. Absent: both have to. */
  readonly skip?: SkipReason;
}

/** A set in its order. */
export interface OrderedSet {
  readonly measure: LabelledMeasure;
  /** Labels that the set is judged by: those of the endpoint that the truth has. */
  readonly names: readonly string[];
  readonly photos: readonly OrderedPhoto[];
}

/**
 * Deals the photos into blocks: one photo with objects each, and those without by turns. The order is by a hash of seed
 * and file name: random, but the same in a repeated tick.
 * @param names labels of the endpoint
 * @param seed the rollout's folder
 */
export function orderSet(truths: readonly PhotoTruth[], names: readonly string[], seed: string): OrderedSet {
  const known = names.filter((name) => truths.some(({ judged }) => judged.has(name)));
  const measure = truths.some((truth) => truth.boxes && isJudged(truth, known)) ? 'ap50' : 'countError';
  const skipped = truths.flatMap((truth) => {
    const skip = skipOf(truth, known, measure);
    return skip ? [{ truth, skip }] : [];
  });
  const usable = shuffled(
    truths.filter((truth) => !skipOf(truth, known, measure)),
    seed,
  );
  const makesBlock = (truth: PhotoTruth) => measure === 'countError' || hasObjects(truth, known);
  const first = usable.filter(makesBlock).map((truth, block) => ({ truth, block }));
  const others = usable
    .filter((truth) => !makesBlock(truth))
    .map((truth, index) => (first.length === 0 ? { truth } : { truth, block: index % first.length }));
  const photos = [...first, ...others].toSorted((a, b) => (a.block ?? 0) - (b.block ?? 0));
  return { measure, names: known, photos: [...skipped, ...photos] };
}

/** Whether a photo has an object of these labels, crowds aside: without one, AP50 is not defined. */
export function hasObjects({ boxes = [], judged }: PhotoTruth, names: readonly string[]): boolean {
  return boxes.some(({ label, crowd }) => !crowd && names.includes(label) && judged.has(label));
}

function isJudged({ judged }: PhotoTruth, names: readonly string[]): boolean {
  return names.some((name) => judged.has(name));
}

function skipOf(truth: PhotoTruth, names: readonly string[], measure: LabelledMeasure): SkipReason | undefined {
  if (!isJudged(truth, names)) return 'no labels';
  if (measure === 'ap50') return truth.boxes ? undefined : 'no boxes';
  return names.some((name) => truth.counts[name] !== undefined) ? undefined : 'no labels';
}

function shuffled(truths: readonly PhotoTruth[], seed: string): readonly PhotoTruth[] {
  return truths
    .map((truth) => ({ truth, rank: createHash('sha256').update(`${seed} ${truth.file}`).digest('hex') }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ truth }) => truth);
}
