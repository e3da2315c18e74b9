import { type EvaluatedPhoto, LEAST_PHOTOS } from '../../../functions/truth/photos.ts';
import { type Bounds, bestPoint, type Criterion } from './best-threshold.ts';
import { quantile } from './compare.ts';
import { type CountError, mergedCounts } from './counts.ts';
import { GRID, type OperatingPoint, objectCounts, operatingPoints } from './operating-points.ts';
import { seededRandom } from './random.ts';

/** Fewest objects of a label for a threshold of its own: with fewer, chance decides. */
export const LEAST_OBJECTS = 30;

/** Fewest photos with the object: each part of the photos needs some. */
export const LEAST_PHOTOS_WITH = 10;

/** Parts of the photos: each is judged by a threshold that the others chose. */
const FOLDS = 5;

/** A label's threshold, judged on photos that did not choose it. */
export interface ValidatedThreshold {
  /** The present threshold of the manifest. */
  readonly current: number;
  /** Chosen on all photos. */
  readonly chosen: number;
  /** The lowest and the highest of the thresholds that four fifths of the photos chose. */
  readonly range: readonly [low: number, high: number];
  /** Results with the present threshold. */
  readonly before: OperatingPoint;
  /** Results on photos that did not choose the threshold. */
  readonly after: Omit<OperatingPoint, 'threshold'>;
  /** `after` − `before` in the criterion, F1 or mean absolute count error, with its 95 % interval. */
  readonly difference: number;
  readonly interval: readonly [low: number, high: number];
  /** `unclear` if the interval contains 0, or with fewer than `LEAST_PHOTOS` photos. */
  readonly verdict: 'better' | 'worse' | 'unclear';
}

export interface ValidateOptions {
  readonly criterion: Criterion;
  /** Thresholds that requests may set. */
  readonly bounds: Bounds;
  /** The present threshold. */
  readonly current: number;
  /** Draws of the bootstrap. Default 1000. */
  readonly resamples?: number;
  /** Default 1. */
  readonly seed?: number;
}

/**
 * Chooses the threshold of a label and judges the choice by cross-validation: each fifth of the photos is measured with
 * the threshold that the other four fifths choose, as new photos would be. The interval is a paired bootstrap over
 * photos. The seed determines the result.
 * @returns `undefined` with fewer than `LEAST_OBJECTS` objects, or objects in fewer than `LEAST_PHOTOS_WITH` photos, or
 * if no threshold finds one
 */
export function validateThreshold(
  photos: readonly EvaluatedPhoto[],
  label: string,
  { criterion, bounds, current, resamples = 1000, seed = 1 }: ValidateOptions,
): ValidatedThreshold | undefined {
  const known = photos.filter(({ truth }) => truth.judged.has(label) || truth.counts[label] !== undefined);
  const numbers = known.map((photo) => objectsOf(photo, label));
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (sum < LEAST_OBJECTS || numbers.filter((number) => number > 0).length < LEAST_PHOTOS_WITH) return undefined;
  const results = known.map((photo) => operatingPoints([photo], label));
  const choose = (some: readonly OperatingPoint[][]) =>
    bestPoint(
      GRID.map((_, index) => total(some.map((points) => points[index] as OperatingPoint))),
      criterion,
      bounds,
    );
  const folds = foldsOf(numbers, seed);
  const chosen = choose(results);
  const byFold = Array.from({ length: FOLDS }, (_, fold) =>
    choose(results.filter((_each, index) => folds[index] !== fold)),
  );
  if (!chosen || byFold.some((point) => point === undefined)) return undefined;
  const thresholds = byFold.map((point) => (point as OperatingPoint).threshold);
  const after = results.map((points, index) => points[GRID.indexOf(thresholds[folds[index] as number] as number)]);
  const before = known.map((photo) => operatingPoints([photo], label, [current])[0]);
  const pair = { before: before as OperatingPoint[], after: after as OperatingPoint[] };
  const interval = bootstrap(pair, criterion, { resamples, seed });
  return {
    current,
    chosen: chosen.threshold,
    range: [Math.min(...thresholds), Math.max(...thresholds)],
    before: total(pair.before),
    after: total(pair.after),
    difference: gain(pair, criterion),
    interval,
    verdict: judge(criterion, interval, known.length),
  };
}

/** Objects with boxes, or as counted by people. */
function objectsOf({ truth }: EvaluatedPhoto, label: string): number {
  const boxes = truth.boxes?.filter((box) => box.label === label && !box.crowd).length ?? 0;
  return Math.max(boxes, truth.counts[label] ?? 0);
}

/** The part of each photo, by chance, with photos that have the object spread over all parts. */
function foldsOf(numbers: readonly number[], seed: number): number[] {
  const random = seededRandom(seed);
  const shuffled = numbers
    .map((number, index) => ({ index, has: number > 0, order: random() }))
    .toSorted((a, b) => Number(b.has) - Number(a.has) || a.order - b.order);
  const folds = new Array<number>(numbers.length);
  for (const [position, { index }] of shuffled.entries()) folds[index] = position % FOLDS;
  return folds;
}

interface Pair {
  readonly before: readonly OperatingPoint[];
  readonly after: readonly OperatingPoint[];
}

/** The results of several photos together. */
function total(points: readonly OperatingPoint[], weights?: Uint32Array): OperatingPoint {
  let [right, wrong, missed] = [0, 0, 0];
  for (const [index, point] of points.entries()) {
    const weight = weights ? (weights[index] as number) : 1;
    right += weight * point.right;
    wrong += weight * point.wrong;
    missed += weight * point.missed;
  }
  const count: CountError | undefined = mergedCounts(
    points.map((point) => point.count),
    weights,
  );
  return { threshold: points[0]?.threshold ?? 0, ...objectCounts(right, wrong, missed), count };
}

function valueAt(point: OperatingPoint, criterion: Criterion): number {
  return (criterion === 'f1' ? point.f1 : point.count?.meanAbsolute) ?? 0;
}

function gain({ before, after }: Pair, criterion: Criterion, weights?: Uint32Array): number {
  return valueAt(total(after, weights), criterion) - valueAt(total(before, weights), criterion);
}

function bootstrap(
  pair: Pair,
  criterion: Criterion,
  { resamples, seed }: Required<Pick<ValidateOptions, 'resamples' | 'seed'>>,
): readonly [number, number] {
  const random = seededRandom(seed);
  const draws = Array.from({ length: resamples }, () => {
    const weights = new Uint32Array(pair.before.length);
    for (let index = 0; index < weights.length; index++) {
      const drawn = Math.floor(random() * weights.length);
      weights[drawn] = (weights[drawn] as number) + 1;
    }
    return gain(pair, criterion, weights);
  }).toSorted((a, b) => a - b);
  return [quantile(draws, 0.025), quantile(draws, 0.975)];
}

function judge(
  criterion: Criterion,
  [low, high]: readonly [number, number],
  photos: number,
): ValidatedThreshold['verdict'] {
  if (photos < LEAST_PHOTOS || (low <= 0 && high >= 0)) return 'unclear';
  return low > 0 === (criterion === 'f1') ? 'better' : 'worse';
}
