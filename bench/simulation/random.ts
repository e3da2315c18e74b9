import { logGamma } from '../../functions/evidence/log-math.ts';

const { exp, floor, imul, log, sqrt } = Math;

/** A small seeded random number generator (sfc32, by Chris Doty-Humphrey, passes PractRand). */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param seeds any numbers: the same numbers give the same sequence */
  constructor(...seeds: readonly number[]) {
    const [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162].map((start) =>
      seeds.reduce<number>((hash, seed) => imul(hash ^ (seed | 0), 0x85ebca6b) ^ (hash >>> 13), start),
    );
    this.a = a as number;
    this.b = b as number;
    this.c = c as number;
    for (let warmUp = 0; warmUp < 15; warmUp++) this.uniform();
  }

  /** 0 up to but not 1. */
  uniform(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A whole number, 0 up to but not `end`. */
  below(end: number): number {
    return floor(this.uniform() * end);
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return sqrt(-2 * log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** How many of many rare things happen, `mean` on average. */
  poisson(mean: number): number {
    return mean < 10 ? this.poissonByProduct(mean) : this.poissonByRejection(mean);
  }

  /** Knuth's: as many uniforms as keep their product over e^−mean. */
  private poissonByProduct(mean: number): number {
    const end = exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > end; product *= this.uniform()) count++;
    return count;
  }

  /**
   * Hörmann's transformed rejection (PTRS, Insurance: Mathematics and Economics 12, 1993); for means of 10 and more.
   */
  private poissonByRejection(mean: number): number {
    const b = 0.931 + 2.53 * sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const vr = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const count = floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= vr) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const logRatio = log((v * inverseAlpha) / (a / (us * us) + b));
      if (logRatio <= count * log(mean) - mean - logGamma(count + 1)) return count;
    }
  }
}
