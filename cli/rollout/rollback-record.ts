/** What stays of an operator's rollback, among the records of the ticks. */

import { KEYS } from '../../functions/contract.ts';
import { describeRouting } from '../../functions/judge/routing.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import type { Standing } from '../../functions/standing/standing.ts';
import type { RollbackResult } from './commands/rollback.ts';
import type { Place } from './place.ts';
import type { RollbackPlan } from './rollback-plan.ts';

/** The record in the shape of a tick's, so that everybody who reads those can read it. */
export function operatorRecord(
  { by, before, after, seconds, endpoint, from }: RollbackResult,
  { rollout }: Standing,
  { to }: RollbackPlan,
  now = new Date(),
): TickRecord {
  const own = rollout?.version === from ? rollout : undefined;
  const words = `${by} rolled back: ${before} → ${after}, in ${seconds} s`;
  const steps = [...(own?.steps ?? []), 'done'];
  return {
    at: now.toISOString(),
    endpoint,
    version: from,
    stable_version: to.version,
    tick: own?.ticks ?? 0,
    execution: own?.execution ?? '',
    status: 'rolled back',
    step: own?.step ?? 'done',
    step_since: own?.step_since ?? now.toISOString(),
    outcome: 'roll back',
    words,
    traffic: describeRouting(to),
    needs_a_person: false,
    findings: [{ kind: 'event', outcome: 'roll back', words }],
    steps,
    step_number: own ? own.step_number - 1 : 0,
  };
}

/** Its key is behind that of the last tick and before that of the next. */
export async function writeOperatorRecord({ objects }: Place, record: TickRecord): Promise<void> {
  const { endpoint, version, tick, at } = record;
  const time = at.replace(/[-:]|\.\d+/g, '');
  await objects.putJson(KEYS.rollbackAudit(endpoint, version, tick, time), record);
}
