/** Sums and special functions on the scale of natural logarithms, where the products of many chances stay finite. */

// Bound once: where globals are looked up by name at each call (in Jest), that takes longer than the function.
const { exp, log, max } = Math;

const HALF_LOG_TWO_PI = log(2 * Math.PI) / 2;

/** From here on Stirling's series, cut after five terms, is off by less than 2e−14. */
const STIRLING_FROM = 10;

/**
 * ln Γ(x) for x > 0, by Stirling's series (Abramowitz & Stegun 6.1.41) after shifting x upwards by Γ(x + 1) = x Γ(x).
 */
export function logGamma(x: number): number {
  let shift = 1;
  let z = x;
  for (; z < STIRLING_FROM; z++) shift *= z;
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
  return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series - log(shift);
}

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Σ exp(values); −∞ for none. Does not overflow. */
export function logSumExp(values: readonly number[]): number {
  const most = max(...values);
  if (!Number.isFinite(most)) return most;
  return most + log(values.reduce((sum, value) => sum + exp(value - most), 0));
}

/** count · ln(chance), and 0 for a count of 0, whatever the chance. */
export function timesLog(count: number, chance: number): number {
  return count === 0 ? 0 : count * log(chance);
}

/**
 * Where a monotone condition changes, by bisection.
 * @param holds true at the lower end, false at the upper
 * @param halvings 40: what remains of the range is a million-millionth of it
 * @returns the largest value found for which it holds, and the smallest for which it does not
 */
export function bisect(
  range: readonly [number, number],
  holds: (value: number) => boolean,
  halvings = 40,
): [number, number] {
  let [lower, upper] = range;
  for (let halving = 0; halving < halvings; halving++) {
    const middle = (lower + upper) / 2;
    if (holds(middle)) lower = middle;
    else upper = middle;
  }
  return [lower, upper];
}
