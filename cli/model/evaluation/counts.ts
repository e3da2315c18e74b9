import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';

/** Count errors of a label over the photos in which people counted it. */
export interface CountError {
  readonly photos: number;
  /** Mean absolute error, objects per photo. */
  readonly meanAbsolute: number;
  /** Mean signed error, objects per photo: positive if the model counts too many. */
  readonly bias: number;
  /** Share of photos with exactly the true count, 0–1. */
  readonly exact: number;
  /** Number of objects in all photos, counted by people. */
  readonly truth: number;
  /** Number of objects in all photos, counted by the model. */
  readonly counted: number;
}

/** A count with the true count. */
export interface CountPair {
  readonly photo: number;
  readonly truth: number;
  readonly counted: number;
}

/** The served and the true counts of a label, in the photos with a true count. */
export function countPairs(photos: readonly EvaluatedPhoto[], label: string): CountPair[] {
  return photos.flatMap(({ truth, served }, photo) => {
    const count = truth.counts[label];
    if (count === undefined) return [];
    return [{ photo, truth: count, counted: served.filter((detection) => detection.label === label).length }];
  });
}

/**
 * Count errors over pairs; `undefined` without a photo.
 * @param weights number of times that each photo counts. Default 1
 */
export function countError(pairs: readonly CountPair[], weights?: Uint32Array): CountError | undefined {
  const sums = { photos: 0, absolute: 0, signed: 0, exact: 0, truth: 0, counted: 0 };
  for (const { photo, truth, counted } of pairs) {
    const weight = weights ? (weights[photo] as number) : 1;
    sums.photos += weight;
    sums.absolute += weight * Math.abs(counted - truth);
    sums.signed += weight * (counted - truth);
    sums.exact += counted === truth ? weight : 0;
    sums.truth += weight * truth;
    sums.counted += weight * counted;
  }
  const { photos, absolute, signed, exact, truth, counted } = sums;
  if (photos === 0) return undefined;
  return { photos, meanAbsolute: absolute / photos, bias: signed / photos, exact: exact / photos, truth, counted };
}

/** The count errors of several photos together; `undefined` without a photo that people counted. */
export function mergedCounts(
  errors: readonly (CountError | undefined)[],
  weights?: Uint32Array,
): CountError | undefined {
  const sums = { photos: 0, meanAbsolute: 0, bias: 0, exact: 0, truth: 0, counted: 0 };
  for (const [index, error] of errors.entries()) {
    if (!error) continue;
    const weight = weights ? (weights[index] as number) : 1;
    sums.photos += weight * error.photos;
    for (const key of ['meanAbsolute', 'bias', 'exact'] as const) sums[key] += weight * error.photos * error[key];
    for (const key of ['truth', 'counted'] as const) sums[key] += weight * error[key];
  }
  const { photos, meanAbsolute, bias, exact, truth, counted } = sums;
  if (photos === 0) return undefined;
  return { photos, meanAbsolute: meanAbsolute / photos, bias: bias / photos, exact: exact / photos, truth, counted };
}

/** Bias in the photos with a number of objects of one label. */
export interface BiasByNumber {
  readonly from: number;
  /** Absent without an upper limit. */
  readonly to?: number;
  /** Number of photos, one for each label that a photo has. */
  readonly photos: number;
  readonly bias: number;
}

const NUMBERS = [{ from: 1, to: 1 }, { from: 2, to: 3 }, { from: 4, to: 7 }, { from: 8 }] as const;

/** Bias by the number of objects, because a threshold loses more objects where there are many, which are small. */
export function biasByNumber(pairs: readonly CountPair[]): BiasByNumber[] {
  return NUMBERS.flatMap((range) => {
    const most = 'to' in range ? range.to : Number.POSITIVE_INFINITY;
    const error = countError(pairs.filter(({ truth }) => truth >= range.from && truth <= most));
    return error ? [{ ...range, photos: error.photos, bias: error.bias }] : [];
  });
}
