import { DEFAULTS } from './defaults.ts';
import { type StoredSet, storedSet } from './labelled-set.ts';
import type { CheckedPhase, CheckedShadow } from './plan-schema.ts';

/**
 * The candidate against live by the same truth. `better`: proven nearer to it. `notWorse`: proven not to be farther
 * from it by `margin` (0–1; only with `notWorse`): mean count error, or AP50.
 */
export interface TruthTest {
  readonly goal: 'better' | 'notWorse';
  readonly margin?: number;
}

/** Labelled photos are no requests of callers, so their answers are no evidence about live traffic. */
export function replaysRequests(phase: CheckedPhase): boolean {
  return phase.kind === 'shadow' && phase.judge !== 'labels';
}

/** A labelled set, and the test that it decides. */
export interface LabelsTest {
  readonly set: StoredSet;
  readonly test: TruthTest;
}

/** The tests of a shadow against the truth. */
export interface TruthTests {
  /** Only where people judge. */
  readonly truth?: TruthTest;
  /** Only where a labelled set judges. */
  readonly labels?: LabelsTest;
}

/** The test of a shadow that people or labels judge; of another shadow none. */
export function truthOf(phase: CheckedShadow): TruthTests {
  if (phase.judge === 'people') return { truth: testOf(phase, DEFAULTS.shadow.truth.margin) };
  if (phase.judge !== 'labels') return {};
  return { labels: { set: storedSet(phase.labels), test: testOf(phase, DEFAULTS.shadow.labels.margin) } };
}

function testOf({ goal, margin }: Pick<TruthTest, 'goal'> & { margin?: number }, byDefault: number): TruthTest {
  return goal === 'better' ? { goal } : { goal, margin: margin ?? byDefault };
}
