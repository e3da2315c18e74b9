/** Groups that are left out in turn. */
export const GROUPS = 20;

/**
 * Variance of an estimate, by leaving out a group of values at a time (delete-a-group jackknife: Kott, J. Off. Stat.
 * 17, 2001). Groups are values that follow one another, because those depend on each other.
 */
export function jackknifeVariance<T>(values: readonly T[], estimate: (rest: readonly T[]) => number): number {
  const estimates = Array.from({ length: GROUPS }, (_, group) =>
    estimate(values.filter((_, index) => Math.floor((index * GROUPS) / values.length) !== group)),
  );
  const mean = estimates.reduce((sum, value) => sum + value, 0) / GROUPS;
  return ((GROUPS - 1) / GROUPS) * estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
