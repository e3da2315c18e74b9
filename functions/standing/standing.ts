/** Where an endpoint stands, in words and numbers: made from what was read, without asking anybody. */

import type { Phase, RolloutStanding, Standing } from '../api/status-schemas.ts';
import { describeRouting } from '../judge/routing.ts';
import { stepsOf } from '../plan/steps.ts';
import type { AliasState } from '../platform/alias.ts';
import { describeStep, type TickRecord } from '../records/tick-record.ts';
import { type RolloutExecution, sameRollout } from './executions.ts';

export type { Phase, RolloutStanding, Standing };

/** What was read of an endpoint. */
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

/** Puts together what was read. */
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
    ...(by !== undefined && at !== undefined && { last_move: { by, at } }),
    models,
    ...(rollout && { rollout }),
  };
}

/** The last tick's record, if it is one of this execution's rollout: the last rollout's lies there until the next ticks. */
export function ownRecord({ execution, record }: Reading): TickRecord | undefined {
  if (!execution || !record) return record;
  return sameRollout(execution.name, record.execution) ? record : undefined;
}

function phaseOf(reading: Reading): Phase {
  const record = ownRecord(reading);
  const { execution } = reading;
  const ended = record && RECORDED[record.status];
  if (ended) return ended;
  if (!execution) return 'none';
  if (execution.status === 'RUNNING') return !record ? 'starting' : record.status === 'running' ? 'running' : 'waiting';
  if (execution.status === 'SUCCEEDED') return 'done';
  return ERRORS[execution.error ?? ''] ?? 'failed';
}

const RECORDED: Partial<Record<TickRecord['status'], Phase>> = {
  done: 'done',
  'rolled back': 'rolled back',
  superseded: 'superseded',
  stopped: 'stopped',
};

const ERRORS: Readonly<Record<string, Phase>> = {
  RolledBack: 'rolled back',
  Superseded: 'superseded',
  AliasMovedByHand: 'stopped',
};

function rolloutOf(reading: Reading): RolloutStanding | undefined {
  const record = ownRecord(reading);
  const { execution } = reading;
  if (!record) return execution && withoutTick(execution);
  const steps = record.steps.filter((step) => step !== 'done');
  const step = presentStep(record, steps);
  // The tick that ended a step judged that one: its words must not seem to be about the next.
  const words = step === record.step || isEnd(record) ? record.words : `${record.step}: ${record.words}`;
  return {
    version: record.version,
    stable_version: record.stable_version,
    execution: record.execution,
    step,
    step_number: Math.min(record.step_number + 1, steps.length),
    steps,
    step_since: record.step_since,
    last_tick: record.at,
    ticks: record.tick,
    outcome: record.outcome,
    words: controllerFailed(reading) ?? words,
  };
}

function isEnd({ status }: TickRecord): boolean {
  return status in RECORDED;
}

/** Where the rollout is; at its end, where it ended. */
function presentStep(record: TickRecord, steps: readonly string[]): string {
  const step = record.status === 'done' ? steps.at(-1) : isEnd(record) ? record.step : record.steps[record.step_number];
  return step ?? record.step;
}

/** The record of a tick says nothing about its controller's end. */
function controllerFailed(reading: Reading): string | undefined {
  const { execution } = reading;
  if (phaseOf(reading) !== 'failed' || !execution) return undefined;
  return `${execution.error ?? execution.status}: ${execution.cause ?? 'no cause given'}`;
}

function withoutTick(execution: RolloutExecution): RolloutStanding {
  const { name, version, stable, status, error, cause, input } = execution;
  const steps = stepsOf(input.plan)
    .map(describeStep)
    .filter((step) => step !== 'done');
  const words = status === 'RUNNING' ? 'has not been judged yet' : [error ?? status, cause].filter(Boolean).join(': ');
  return {
    version,
    stable_version: stable,
    execution: name,
    step: steps[0] ?? '',
    step_number: 1,
    steps,
    ticks: 0,
    words,
  };
}
