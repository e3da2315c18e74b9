import type { ShadowTally } from '../judge/shadow-tally.ts';
import type { RolloutState } from '../judge/state.ts';
import type { CheckedPlan } from '../plan/plan-schema.ts';

/** What the state machine carries from tick to tick, JSON. The custom resource makes it, each tick returns the next. */
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

/** How far the shadow of the present step has come. */
export interface ShadowProgress {
  /** The step it belongs to: a plan can have several shadows. */
  readonly step: number;
  readonly tally: ShadowTally;
  /** The last recorded request that was looked at; those after it are new. Absent: none yet. */
  readonly cursor?: string;
  /**
   * Only with a human as baseline, whose decisions come in any order: the last 12 digits of the ids that were compared.
   */
  readonly seen?: readonly string[];
}

/** What a tick tells the state machine. */
export type TickAnswer = Execution &
  (
    | { readonly next: 'wait'; readonly waitSeconds: number }
    | { readonly next: 'succeed' }
    | { readonly next: 'fail'; readonly error: string; readonly cause: string }
  );
