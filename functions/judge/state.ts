/** Where a rollout stands: what the state machine carries from tick to tick. JSON. */

import type { SlowThan, Step } from '../plan/steps.ts';
import { NO_REQUESTS, type VersionCounts } from './observations.ts';

/**
 * `running`: judged at every tick. `held`: a person said hold; `alarmed`: held for too long, a person has to say what next.
 * Both stay in their step, and a proven fault still rolls them back. The others are ends.
 */
export type Status = 'running' | 'held' | 'alarmed' | 'done' | 'rolled back' | 'superseded' | 'stopped';

/** A rollout between two ticks. Times are milliseconds since the epoch. */
export interface RolloutState {
  /** The version that serves, and that a rollback returns to. */
  readonly live: string;
  /** The version that earns its traffic. */
  readonly candidate: string;
  /** Index into the steps of the plan. */
  readonly step: number;
  readonly status: Status;
  /** When this step began. */
  readonly since: number;
  /** From when on `maxHold` counts: when this step began, or was resumed. */
  readonly waitingSince: number;
  /** How often this rollout has moved traffic: a move's number tells a repeated tick that it was made already. */
  readonly moves: number;
  /** Minutes before this one are judged. Minutes since the epoch. */
  readonly judgedBefore: number;
  /** What the two versions did in this step, in whole closed minutes. */
  readonly traffic: { readonly live: VersionCounts; readonly candidate: VersionCounts };
  /** What is slow in this phase, milliseconds: fixed when the phase begins, the same for both versions. */
  readonly slowerThanMs?: number;
  /** The last control that was obeyed. */
  readonly control?: string;
  /** Who said hold. */
  readonly heldBy?: string;
}

/** The ends: nothing more is decided. */
const ENDS: readonly Status[] = ['done', 'rolled back', 'superseded', 'stopped'];

/** Whether the rollout is over. */
export function isOver({ status }: RolloutState): boolean {
  return ENDS.includes(status);
}

/** A rollout before its first tick. */
export function startRollout(
  versions: { readonly live: string; readonly candidate: string },
  now: number,
): RolloutState {
  const { live, candidate } = versions;
  return { live, candidate, step: 0, status: 'running', moves: 0, ...freshStep(now) };
}

/** What begins anew with each step. Only minutes that lie wholly in the step are judged. */
export function freshStep(now: number) {
  return {
    since: now,
    waitingSince: now,
    judgedBefore: Math.ceil(now / 60_000),
    traffic: { live: NO_REQUESTS, candidate: NO_REQUESTS },
  };
}

/** What there is to measure for the next tick, and with which bounds. */
export type Wanted =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'golden' }
  | {
      readonly kind: 'shadow';
      readonly baseline: 'live' | 'human';
      /** Share of the captured requests to replay, 0–1. */
      readonly sample: number;
      /** Most pictures to replay in all. */
      readonly maxPictures: number;
      readonly slow?: SlowThan;
    }
  | {
      readonly kind: 'traffic';
      /** The first minute that is not judged yet. Minutes since the epoch. */
      readonly fromMinute: number;
      /** Count as slow what takes longer, milliseconds; absent: it is not known yet, or nothing is slow. */
      readonly slowerThanMs?: number;
      /** Whether `typicalMs` is needed to know it. */
      readonly typical: boolean;
    };

/** What `decide` wants to see for this state. */
export function wanted(steps: readonly Step[], state: RolloutState): Wanted {
  const step = isOver(state) ? undefined : steps[state.step];
  switch (step?.kind) {
    case 'golden':
      return { kind: 'golden' };
    case 'shadow': {
      const { baseline, sample, maxPictures, slow } = step;
      return { kind: 'shadow', baseline, sample, maxPictures, ...(slow && { slow }) };
    }
    case 'weight':
    case 'bake': {
      const { judgedBefore: fromMinute, slowerThanMs } = state;
      const typical = slowerThanMs === undefined && step.slow !== undefined;
      return { kind: 'traffic', fromMinute, typical, ...(slowerThanMs !== undefined && { slowerThanMs }) };
    }
    default:
      return { kind: 'nothing' };
  }
}
