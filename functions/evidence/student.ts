/** Quantiles of Student's t distribution, and of the normal one. */

import { bisect, logGamma } from './log-math.ts';

const { exp, log, log1p, PI } = Math;

/** Pieces of the integral, each by Simpson's rule: quantiles are right to four digits. */
const PIECES = 200;
/** The end of the integral over u, where the values are infinite. */
const END = 1 - 1e-9;
/** No quantile of a risk that is used here is larger. */
const LARGEST = 1e4;

const known = new Map<string, number>();

/**
 * The value that t exceeds with the chance `risk`.
 * @param degrees of freedom, at least 1
 * @param risk over 0, under ½
 */
export function studentQuantile(degrees: number, risk: number): number {
  const key = `${degrees} ${risk}`;
  const quantile = known.get(key) ?? bisect([0, LARGEST], (value) => tail(degrees, value) > risk)[0];
  known.set(key, quantile);
  return quantile;
}

/** Degrees of freedom from which the quantiles of t are those of the normal distribution, to four digits. */
const NORMAL = 1e6;

/** The value that a standard normal variate exceeds with the chance `risk`. @param risk over 0, under ½ */
export function normalQuantile(risk: number): number {
  return studentQuantile(NORMAL, risk);
}

/** The chance of t > value: the integral of the density at value + u / (1 − u) over u from 0 to 1. */
function tail(degrees: number, value: number): number {
  const logConstant = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - log(degrees * PI) / 2;
  const integrand = (u: number) => {
    const t = value + u / (1 - u);
    return exp(logConstant - ((degrees + 1) / 2) * log1p((t * t) / degrees) - 2 * log(1 - u));
  };
  let sum = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const [from, to] = [(END * piece) / PIECES, (END * (piece + 1)) / PIECES];
    sum += ((to - from) / 6) * (integrand(from) + 4 * integrand((from + to) / 2) + integrand(to));
  }
  return sum;
}
