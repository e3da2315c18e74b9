/** Holds a rollout while its pictures, or their answers, are others than those that its limits were set on. Pure. */

import type { Step } from '../plan/steps.ts';
import type { EventFinding } from './finding.ts';
import type { RolloutState } from './state.ts';

/** A change that the drift monitor found in the requests of the live version. */
export interface SeenDrift {
  /** Whether the pictures have changed, or only their answers. */
  readonly of: 'pictures' | 'answers';
  /** `darker by 40 % (80 → 48)`, the leading change first. */
  readonly changes: readonly string[];
  /** When it began, as far as the pictures tell. Milliseconds since the epoch. */
  readonly since: number;
  /** The end of the hour by whose pictures the monitor found it. Milliseconds since the epoch. */
  readonly foundAt: number;
}

/** What the drift monitor says now. */
export interface DriftObservation {
  /** The drifts that last, in the order in which they were found; none: no drift. */
  readonly drifts: readonly SeenDrift[];
}

/** Before the first drift that is found. */
const NONE_KNOWN = 0;

/**
 * What was found before the rollout began: it is no news for the operator who started it. Fixed at the first tick, by
 * what the monitor says then, so that the clocks of rollout and monitor need not agree.
 * @returns the state as it is where nothing monitors drift
 */
export function withKnownDrift(state: RolloutState, drift: DriftObservation | undefined): RolloutState {
  return state.knownDrift === undefined ? acceptDrift(state, drift) : state;
}

/** The rollout goes on with the drifts that are found until now; a later one holds it again. */
export function acceptDrift(state: RolloutState, drift: DriftObservation | undefined): RolloutState {
  if (!drift) return state;
  const found = drift.drifts.map(({ foundAt }) => foundAt);
  return { ...state, knownDrift: Math.max(state.knownDrift ?? NONE_KNOWN, ...found) };
}

/**
 * The finding that holds a step whose numbers come from callers' pictures. Labelled photos stay the same, and a bake
 * has no step after it: these are not held.
 * @returns undefined where no drift was found since the rollout began, or it was accepted
 */
export function driftHold(
  step: Step,
  { knownDrift = NONE_KNOWN }: RolloutState,
  drift: DriftObservation | undefined,
): EventFinding | undefined {
  if (!drift || !isOfCallersPictures(step)) return undefined;
  const news = drift.drifts.filter(({ foundAt }) => foundAt > knownDrift);
  const last = news.at(-1);
  return last && { kind: 'event', outcome: 'hold', event: 'drift', drift: last, others: news.length - 1 };
}

function isOfCallersPictures(step: Step): boolean {
  return step.kind === 'weight' || (step.kind === 'shadow' && step.labels === undefined);
}
