import type { Step } from '../../../functions/detection/detect.ts';
import { quantile } from './compare.ts';

/** Medians over the pictures, milliseconds. */
export interface Speed {
  readonly steps: Readonly<Partial<Record<Step, number>>>;
  /** Median time per picture, which is not the sum of the medians of the steps. */
  readonly whole: number;
  /** 95th percentile of the time per picture. */
  readonly p95: number;
}

/** Medians of the times of at least one picture. */
export function speedOf(timings: readonly Readonly<Partial<Record<Step, number>>>[]): Speed {
  const steps = Object.keys(timings[0] ?? {}) as Step[];
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  const wholes = sorted(timings.map((timing) => Object.values(timing).reduce((sum, ms) => sum + ms, 0)));
  const median = (step: Step) => quantile(sorted(timings.map((timing) => timing[step] ?? 0)), 0.5);
  return {
    steps: Object.fromEntries(steps.map((step) => [step, median(step)])),
    whole: quantile(wholes, 0.5),
    p95: quantile(wholes, 0.95),
  };
}
