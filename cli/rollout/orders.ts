/** Orders to a running rollout, and how a tick's record shows that one was executed. */

import { type ControlRecord, isMeantFor } from '../../functions/records/control.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { ownRecord, type Reading } from '../../functions/standing/standing.ts';

/** Orders to a running rollout, except for the rollback. */
export type Order = Exclude<ControlRecord['kind'], 'rollback'>;

/** Whether the rollout has executed the order, or refused it with the reason in the record's findings. */
export function isExecuted({ id }: Pick<ControlRecord, 'id'>, { control }: Pick<TickRecord, 'control'>): boolean {
  return control === id;
}

/**
 * The order, if it is for the rollout of the reading and no tick has executed it.
 * @returns undefined where it does not wait
 */
export function waitingOrder(order: ControlRecord, reading: Reading): ControlRecord | undefined {
  const record = ownRecord(reading);
  const { execution } = reading;
  if (!execution || !isMeantFor(order, { version: execution.version, execution: execution.name })) return undefined;
  const executed = record ? record.control : execution.input.state.control;
  return order.id === executed ? undefined : order;
}
