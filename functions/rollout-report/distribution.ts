/** How times are spread. */

/** Bins of equal width from 0 on. */
export interface Bins {
  /** Milliseconds. */
  readonly width: number;
  /** Shares of all values, 0–1; what lies beyond the last bin is counted in it. */
  readonly shares: readonly number[];
}

/** @param most upper end of the last bin @param count of bins */
export function binsOf(values: readonly number[], most: number, count: number): Bins {
  const width = most / count;
  const shares = new Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.min(count - 1, Math.max(0, Math.floor(value / width)));
    shares[bin] = (shares[bin] as number) + 1 / values.length;
  }
  return { width, shares };
}

/** The value that a share of the values does not exceed; undefined without any. @param share 0–1 */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}
