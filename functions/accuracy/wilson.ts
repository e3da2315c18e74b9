/** An interval, shares 0–1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's interval of a share (J. Am. Stat. Assoc. 22, 1927), for a mean of values from 0 to 1 with the size of an
 * equally certain sample of 0 and 1 (Korn & Graubard, Surv. Methodol. 24, 1998). It has a width where all values are 0.
 * @param size over 0, need not be whole
 * @param quantile of the standard normal distribution, or of Student's
 */
export function wilson(mean: number, size: number, quantile: number): Interval {
  const square = quantile ** 2;
  const centre = (mean + square / (2 * size)) / (1 + square / size);
  const half = (quantile * Math.sqrt((mean * (1 - mean)) / size + square / (4 * size ** 2))) / (1 + square / size);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
