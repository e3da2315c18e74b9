import { oncePerObject } from '../evidence/remembered.ts';
import type { Tally } from '../evidence/tally.ts';
import type { WeightStep } from '../plan/steps.ts';

/** How many requests the knowledge of live's share is worth: less than a day of it, because days differ. */
const WORTH = 300;

/** The share of live's requests that are slow by definition; absent where it is not defined by a quantile. */
export function usualSlow({ slow }: Pick<WeightStep, 'slow'>): Tally | undefined {
  if (!slow || !('quantile' in slow)) return undefined;
  return usualOf(slow);
}

/** One object for all ticks, so that what follows from it is computed once. */
const usualOf = oncePerObject(
  ({ quantile }: { readonly quantile: number }): Tally => ({
    trials: WORTH,
    hits: Math.round((1 - quantile) * WORTH),
  }),
);
