/** Runs a step and records its time. */
export type Clock<S extends string> = <T>(step: S, work: () => T | Promise<T>) => Promise<T>;

/** Milliseconds by step, one entry per run. */
export type Samples = Map<string, number[]>;

/** A clock that adds its times to `samples`. */
export function clockInto<S extends string>(samples: Samples): Clock<S> {
  return async (step, work) => {
    const start = performance.now();
    const result = await work();
    record(samples, step, performance.now() - start);
    return result;
  };
}

/** Runs work and records its time as `total`. */
export async function recordTotal(samples: Samples, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  record(samples, 'total', performance.now() - start);
}

function record(samples: Samples, step: string, milliseconds: number): void {
  samples.set(step, [...(samples.get(step) ?? []), milliseconds]);
}

/** The medians of samples, milliseconds to the microsecond. */
export function medians(samples: Samples): Record<string, number> {
  return Object.fromEntries([...samples].map(([step, values]) => [step, Number(median(values).toFixed(3))]));
}

/** The median of at least one value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
