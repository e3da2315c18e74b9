import type { OperatingPoint } from './operating-points.ts';

/**
 * Criteria for the best threshold. `f1`: highest F1; ties by count error. `count`: lowest mean absolute count error;
 * ties by F1. `f1` is the default, because false detections that offset missed objects also lower the count error, but
 * only on photos like these.
 */
export const CRITERIA = ['f1', 'count'] as const;

export type Criterion = (typeof CRITERIA)[number];

/** Lowest useful threshold: lower ones let nearly all detections through. */
const LEAST_THRESHOLD = 0.05;

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The best operating point of one label within bounds, at least 0.05. Of several equally good ones it is the middle of
 * the longest run, at the largest distance from worse ones.
 * @returns `undefined` if no threshold finds an object, or without counts for `count`
 */
export function bestPoint(
  points: readonly OperatingPoint[],
  criterion: Criterion,
  { min, max }: Bounds = { min: 0, max: 1 },
): OperatingPoint | undefined {
  const allowed = points.filter(({ threshold }) => threshold >= Math.max(min, LEAST_THRESHOLD) && threshold <= max);
  const known = allowed.filter((point) => (criterion === 'f1' ? (point.f1 ?? 0) > 0 : point.count !== undefined));
  const best = known.toSorted((a, b) => compare(a, b, criterion))[0];
  if (!best) return undefined;
  const run = longestRun(allowed, (point) => known.includes(point) && compare(point, best, criterion) === 0);
  return run[Math.floor((run.length - 1) / 2)];
}

/** Negative if `a` is better. */
function compare(a: OperatingPoint, b: OperatingPoint, criterion: Criterion): number {
  const byF1 = (b.f1 ?? 0) - (a.f1 ?? 0);
  const byCount = (a.count?.meanAbsolute ?? 0) - (b.count?.meanAbsolute ?? 0);
  return criterion === 'f1' ? byF1 || byCount : byCount || byF1;
}

function longestRun<T>(values: readonly T[], belongs: (value: T) => boolean): T[] {
  let longest: T[] = [];
  let current: T[] = [];
  for (const value of values) {
    current = belongs(value) ? [...current, value] : [];
    if (current.length > longest.length) longest = current;
  }
  return longest;
}
