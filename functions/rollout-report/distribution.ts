/** Distributions of latencies. */

/** Bins of equal width, starting at 0. */
export interface Bins {
  /** Milliseconds. */
  readonly width: number;
  /** Shares of all values, 0–1. Values beyond the last bin count into it. */
  readonly shares: readonly number[];
}

/** Sorts values into bins. @param most upper end of the last bin @param count number of bins */
export function binsOf(values: readonly number[], most: number, count: number): Bins {
  const width = most / count;
  const shares = new Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.min(count - 1, Math.max(0, Math.floor(value / width)));
    shares[bin] = (shares[bin] as number) + 1 / values.length;
  }
  return { width, shares };
}

/** The quantile of the values for `share`, 0–1; undefined without values. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}
