/** The record of an operator's rollback, among the records of the ticks. */

import { KEYS } from '../../functions/contract.ts';
import { explainEvent } from '../../functions/judge/explain-event.ts';
import { describeRouting, type Routing } from '../../functions/judge/routing.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import type { RecordedStep } from '../../functions/records/recorded-step.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { lastRolloutFolder } from '../../functions/standing/last-rollout.ts';
import { ownRecord, type Reading, rolloutSteps, standingOf } from '../../functions/standing/standing.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';

/** A rollback that was made. */
export interface OperatorRollback {
  /** The operator's name. */
  readonly by: string;
  /** The version that was left. */
  readonly from: string;
  readonly before: Routing;
  readonly after: Routing;
  /** How long the command took. */
  readonly seconds: number;
}

const DONE: RecordedStep = { kind: 'done', words: 'done' };

/** Whether the command moved to a later version: this is no rollback of the one before. */
export function isForward({ from, after }: Pick<OperatorRollback, 'from' | 'after'>): boolean {
  return Number(after.version) > Number(from);
}

/** The record in the shape of a tick's, so that every reader of those can read it: of the version that was judged. */
export function operatorRecord(rollback: OperatorRollback, reading: Reading, now = new Date()): TickRecord {
  const { by, from, before, after, seconds } = rollback;
  const forward = isForward(rollback);
  const version = forward ? after.version : from;
  const { endpoint, rollout } = standingOf(reading);
  const own = rollout?.version === version ? rollout : undefined;
  const { steps, present } = (own && rolloutSteps(reading)) ?? { steps: [DONE], present: DONE };
  const event = { event: forward ? 'moved-forward' : 'rolled-back', by, before, after, seconds } as const;
  const outcome = forward ? 'promote' : 'roll back';
  return {
    at: now.toISOString(),
    endpoint,
    version,
    stable_version: forward ? from : after.version,
    ...(own && rolloutSince(reading)),
    tick: own?.ticks ?? 0,
    execution: own?.execution ?? '',
    status: forward ? 'done' : 'rolled back',
    step: present,
    step_since: own?.step_since ?? now.toISOString(),
    outcome,
    words: explainEvent(event),
    traffic: describeRouting(after),
    needs_a_person: false,
    findings: [{ kind: 'event', outcome, ...event }],
    steps,
    step_number: own ? own.step_number - 1 : 0,
  };
}

/** So that a tick that outlives its execution does not hide this record. */
function rolloutSince(reading: Reading): Pick<TickRecord, 'rollout_since'> {
  const { rollout_since } = ownRecord(reading) ?? {};
  return rollout_since === undefined ? {} : { rollout_since };
}

/** Its key is behind that of the last tick and before that of the next. */
export async function writeOperatorRecord(deployed: DeployedEndpoint, record: TickRecord): Promise<void> {
  const { version, execution, tick, at } = record;
  const time = at.replace(/[-:]|\.\d+/g, '');
  const folder =
    execution === ''
      ? ((await lastRolloutFolder(deployed, version)) ?? KEYS.rollout(deployed, `v${version}-operator`))
      : recordsFolder(deployed, execution);
  await deployed.objects.putJson(KEYS.rollbackAudit(folder, tick, time), record);
}
