import type { OperatingPoint } from './operating-points.ts';

/**
 * By what a threshold is the best. `f1`: the most objects found for the fewest false ones; ties by the count error. `count`: the
 * least mean absolute count error; ties by F1. `f1` is the default, as the count error alone also falls where false objects
 * make up for missed ones, which holds only as long as the photos stay as they are.
 */
export const CRITERIA = ['f1', 'count'] as const;

export type Criterion = (typeof CRITERIA)[number];

/** Below it nearly everything is let through, so whatever ratio it has, it is no threshold. */
const LEAST_THRESHOLD = 0.05;

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The best operating point of one label within bounds, at least 0.05. Of several that are equally good it is the middle one of the longest run,
 * as far as can be from where things get worse.
 * @returns `undefined` where no threshold finds anything, or nothing is known to choose by
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

/** Below 0 where `a` is better. */
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
