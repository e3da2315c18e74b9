/** Orders to a running rollout, and how a tick's record shows that one was executed. */

import type { ControlRecord, TickRecord } from '../../functions/records/tick-record.ts';

/** Orders to a running rollout, except for the rollback. */
export type Order = Exclude<ControlRecord['kind'], 'rollback'>;

/** Whether the rollout has executed the order, or refused it with the reason in the record's findings. */
export function isExecuted({ id }: Pick<ControlRecord, 'id'>, { control }: Pick<TickRecord, 'control'>): boolean {
  return control === id;
}
