import { DEFAULTS } from './defaults.ts';
import type { CheckedShadow } from './plan-schema.ts';

/**
 * The candidate against live by the same counts of people. `better`: proven nearer to them. `notWorse`: proven not to
 * be farther from them by `margin` (mean count error, 0–1; only with `notWorse`).
 */
export interface TruthTest {
  readonly goal: 'better' | 'notWorse';
  readonly margin?: number;
}

/** The test of a shadow that people judge; of another shadow none. */
export function truthOf(phase: CheckedShadow): { readonly truth?: TruthTest } {
  if (phase.judge !== 'people') return {};
  const { goal, margin = DEFAULTS.shadow.truth.margin } = phase;
  return { truth: goal === 'better' ? { goal } : { goal, margin } };
}
