import { type EndpointFunction, KEYS } from '../contract.ts';
import type { RolloutState } from '../judge/state.ts';
import type { CheckedPlan } from '../plan/plan-schema.ts';

/**
 * The state machine's data from tick to tick. JSON. The custom resource makes it, each tick returns the next. Step
 * Functions allows 256 KB and ends an execution with more, so what grows with the pictures lies in the bucket.
 */
export interface Execution {
  readonly endpoint: string;
  /** Name of the endpoint's detect function. */
  readonly functionName: string;
  readonly plan: CheckedPlan;
  readonly state: RolloutState;
  readonly shadow?: SavedShadow;
  /** Ticks so far, of all executions of this rollout. */
  readonly ticks: number;
  /** When the rollout began, ISO 8601 by its clock. Absent: an earlier release began it. */
  readonly begun?: string;
  /** The newest version when the rollout began: a newer one supersedes it. Absent: it was the candidate. */
  readonly newest?: string;
  /** Ticks in a row that found nothing new while the rollout waits for an operator. Default 0. */
  readonly quietTicks?: number;
}

/** The rollout's name: that of its first execution. A long rollout continues in `v7-….2` and so on. */
export function rolloutName(execution: string): string {
  return execution.split('.')[0] ?? execution;
}

/** Folder of the records of an execution's rollout. @param execution its name */
export function recordsFolder(of: EndpointFunction, execution: string): string {
  return KEYS.rollout(of, rolloutName(execution));
}

/** Whether both executions are parts of the same rollout. */
export function sameRollout(a: string, b: string): boolean {
  return rolloutName(a) === rolloutName(b);
}

/** Where the progress of a step's shadow is saved. */
export interface SavedShadow {
  /** Index of its step: a plan can have several shadows. */
  readonly step: number;
  /** Number of the tick that saved it. */
  readonly tick: number;
  /** Pictures that count so far. Absent: an earlier release saved it. */
  readonly pictures?: number;
  /** Names of chosen requests that are left to read. Absent: none, or an earlier release saved it. */
  readonly queued?: number;
}

/**
 * Longest wait between two ticks, of a rollout that waits for an operator. Seconds. An order is executed so late, and
 * the first requests after a silence are judged so late. A rollback by an operator needs no tick.
 */
export const LONGEST_WAIT_SECONDS = 600;

/** A tick's result, by which the state machine waits or ends. */
export type TickAnswer = Execution &
  (
    | { readonly next: 'wait'; readonly waitSeconds: number }
    | { readonly next: 'succeed' }
    | { readonly next: 'fail'; readonly error: string; readonly cause: string }
  );
