/** An endpoint's status in words and numbers, made from a reading. Pure. */

import type { Phase, RolloutStanding, Standing } from '../api/status-schemas.ts';
import { describeRouting } from '../judge/routing.ts';
import { ROLLOUT_ERRORS } from '../judge/state.ts';
import { stepsOf } from '../plan/steps.ts';
import type { AliasState } from '../platform/alias.ts';
import { sameRollout } from '../records/execution.ts';
import { type RecordedStep, recordStep, sameStep } from '../records/recorded-step.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { RolloutExecution } from './executions.ts';
import { isUnderWay } from './phase.ts';
import { waitStanding } from './wait.ts';

export type { Phase, RolloutStanding, Standing };

/** Everything that was read of an endpoint. */
export interface Reading {
  readonly endpoint: string;
  readonly live: AliasState;
  /** The version that the alias `candidate` points to. */
  readonly newest: string;
  readonly execution?: RolloutExecution;
  /** `status.json` */
  readonly record?: TickRecord;
  /** Models in words, by version. */
  readonly models: Readonly<Record<string, string>>;
}

/** Makes the status from a reading. */
export function standingOf(reading: Reading): Standing {
  const { endpoint, live, newest, models } = reading;
  const { previous, by, at } = live.note ?? {};
  const rollout = rolloutOf(reading);
  return {
    endpoint,
    phase: phaseOf(reading),
    routing: live.routing,
    traffic: describeRouting(live.routing),
    newest_version: newest,
    ...(previous !== undefined && { previous_version: previous }),
    ...(live.movedByHand && { moved_by_hand: true }),
    ...(!live.movedByHand && by !== undefined && at !== undefined && { last_move: { by, at } }),
    models,
    ...(rollout && { rollout }),
  };
}

/**
 * The last tick's record, if it belongs to this execution's rollout: until its first tick, the stored record is the
 * previous rollout's.
 */
export function ownRecord({ execution, record }: Reading): TickRecord | undefined {
  if (!execution || !record) return record;
  return sameRollout(execution.name, record.execution) ? record : undefined;
}

function phaseOf(reading: Reading): Phase {
  const record = ownRecord(reading);
  const { execution } = reading;
  const end = record && endOf(record.status);
  if (end) return end;
  if (!execution) return 'none';
  if (execution.status === 'RUNNING') return !record ? 'starting' : record.status === 'running' ? 'running' : 'waiting';
  if (execution.status === 'SUCCEEDED') return 'done';
  return endByError(execution.error) ?? 'failed';
}

/** Phases with the name of the record's status. */
const ENDS: readonly Phase[] = ['done', 'rolled back', 'superseded', 'stopped'];

/** Whether a rollout has ended with this status. */
export function isEnd(status: TickRecord['status']): boolean {
  return endOf(status) !== undefined;
}

function endOf(status: TickRecord['status']): Phase | undefined {
  return ENDS.find((end) => end === status);
}

function endByError(error: string | undefined): Phase | undefined {
  const ends = Object.keys(ROLLOUT_ERRORS) as (keyof typeof ROLLOUT_ERRORS)[];
  return ends.find((end) => ROLLOUT_ERRORS[end] === error);
}

/** A rollout's steps. */
export interface RolloutSteps {
  /** All steps, `done` included. */
  readonly steps: readonly RecordedStep[];
  /** The step where the rollout is; at its end, the one where it ended. */
  readonly present: RecordedStep;
}

/** The steps of the last rollout. @returns undefined where there was none */
export function rolloutSteps(reading: Reading): RolloutSteps | undefined {
  const record = ownRecord(reading);
  if (record) return { steps: record.steps, present: presentStep(record) };
  if (!reading.execution) return undefined;
  const [first, ...rest] = stepsOf(reading.execution.input.plan).map(recordStep);
  return first && { steps: [first, ...rest], present: first };
}

/** The step where the rollout is after a tick; at its end, the one where it ended. */
export function presentStep({ status, step, steps, step_number }: TickRecord): RecordedStep {
  if (status === 'done') return steps.findLast(isNotDone) ?? step;
  return endOf(status) ? step : (steps[step_number] ?? step);
}

function isNotDone({ kind }: RecordedStep): boolean {
  return kind !== 'done';
}

function rolloutOf(reading: Reading): RolloutStanding | undefined {
  const record = ownRecord(reading);
  const { execution } = reading;
  const rollout = rolloutSteps(reading);
  if (!rollout) return undefined;
  const steps = rollout.steps.filter(isNotDone).map(({ words }) => words);
  const isJudged = rollout.present.judge === 'people' && isUnderWay(phaseOf(reading));
  const judge = isJudged ? { judge: 'people' as const } : {};
  const step = { step: rollout.present.words, step_kind: rollout.present.kind, ...judge, steps };
  if (!record) return execution && { ...withoutTick(execution), ...step };
  return {
    version: record.version,
    stable_version: record.stable_version,
    execution: record.execution,
    ...step,
    step_number: Math.min(record.step_number + 1, steps.length),
    step_since: record.step_since,
    last_tick: record.at,
    ticks: record.tick,
    ...(record.held_by !== undefined && { held_by: record.held_by }),
    ...endOrVerdict(reading, record, rollout.present),
  };
}

/** The controller's error is no verdict, so it has no outcome. */
function endOrVerdict(
  reading: Reading,
  record: TickRecord,
  present: RecordedStep,
): Pick<RolloutStanding, 'outcome' | 'words' | 'wait'> {
  const error = controllerFailed(reading);
  if (error !== undefined) return { words: error };
  const { outcome, wait } = record;
  return { outcome, words: wordsOf(record, present), ...(wait && { wait: waitStanding(wait) }) };
}

/** So that the verdict on a finished step does not read as one on the next. */
function wordsOf({ status, step, words }: TickRecord, present: RecordedStep): string {
  return sameStep(step, present) || endOf(status) ? words : `${step.words}: ${words}`;
}

/** The controller's error, which no tick records. */
function controllerFailed(reading: Reading): string | undefined {
  const { execution } = reading;
  if (phaseOf(reading) !== 'failed' || !execution) return undefined;
  return `${execution.error ?? execution.status}: ${execution.cause ?? 'no cause given'}`;
}

function withoutTick({ name, version, stable, status, error, cause }: RolloutExecution) {
  const words = status === 'RUNNING' ? 'has not been judged yet' : [error ?? status, cause].filter(Boolean).join(': ');
  return { version, stable_version: stable, execution: name, step_number: 1, ticks: 0, words };
}
