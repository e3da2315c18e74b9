/** How a tick's record tells that an order was obeyed. */

import type { TickRecord } from '../../functions/records/tick-record.ts';

/** Orders that a running rollout takes, but for the rollback. */
export type Order = 'hold' | 'resume' | 'promote' | 'promote-all';

/** An order that was given. */
export interface Written {
  readonly kind: Order;
  readonly by: string;
  /** The version whose rollout is meant. */
  readonly version: string;
  /** How many ticks there were before. */
  readonly ticks: number;
}

/** Whether this tick obeyed, or refused with the reason in its words. */
export function isObeyed({ kind, by, ticks }: Written, { tick, status, findings }: TickRecord): boolean {
  if (tick <= ticks) return false;
  const events = findings.flatMap((finding) => (finding.kind === 'event' ? finding.words : []));
  switch (kind) {
    case 'hold':
      return status === 'held' && events.includes(`held by ${by}`);
    case 'resume':
      return status !== 'held' && status !== 'alarmed';
    case 'promote':
    case 'promote-all':
      return events.some((words) => words === `${by} said ${kind}` || words.startsWith(`${by} asked to promote`));
  }
}
