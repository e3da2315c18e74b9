import type { ShadowTally } from '../judge/shadow-tally.ts';
import type { RolloutState } from '../judge/state.ts';
import type { CheckedPlan } from '../plan/plan-schema.ts';

/** The state machine's data from tick to tick. JSON. The custom resource makes it, each tick returns the next. */
export interface Execution {
  readonly endpoint: string;
  /** Name of the endpoint's detect function. */
  readonly functionName: string;
  readonly plan: CheckedPlan;
  readonly state: RolloutState;
  readonly shadow?: ShadowProgress;
  /** Ticks so far, of all executions of this rollout. */
  readonly ticks: number;
}

/** Progress of the present step's shadow. */
export interface ShadowProgress {
  /** Index of its step: a plan can have several shadows. */
  readonly step: number;
  readonly tally: ShadowTally;
  /** The last recorded request that was processed; those after it are new. Absent: none yet. */
  readonly cursor?: string;
  /**
   * Only with a human as baseline, whose decisions come in any order: the last 12 digits of the compared ids.
   */
  readonly seen?: readonly string[];
}

/** A tick's result, by which the state machine waits or ends. */
export type TickAnswer = Execution &
  (
    | { readonly next: 'wait'; readonly waitSeconds: number }
    | { readonly next: 'succeed' }
    | { readonly next: 'fail'; readonly error: string; readonly cause: string }
  );
