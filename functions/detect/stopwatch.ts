import type { StepTimer } from '../detection/detect.ts';

/** Measures the steps of a detection. `milliseconds` gives each step's time and `total`, which runs from the start. */
export function stopwatch(): { time: StepTimer; milliseconds: () => Record<string, number> } {
  const start = performance.now();
  const steps: Record<string, number> = {};
  const time: StepTimer = async (step, work) => {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      steps[step] = round((steps[step] ?? 0) + performance.now() - begin, 2);
    }
  };
  return { time, milliseconds: () => ({ ...steps, total: round(performance.now() - start, 2) }) };
}

/** Rounds to so many decimal digits. */
export function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
