import { isUnderWay } from '../../functions/standing/phase.ts';
import type { Phase, Standing } from '../../functions/standing/standing.ts';
import type { Order } from './orders.ts';

/**
 * Why the endpoint's rollout cannot execute an order now.
 * @param order with `resume`, a promotion ends a hold
 * @returns undefined where it can
 */
export function refusalOf(
  { kind, resume = false }: { readonly kind: Order; readonly resume?: boolean },
  { endpoint, phase, rollout }: Standing,
): string | undefined {
  if (!isUnderWay(phase) || !rollout) {
    const last = rollout ? `; the last one, of version ${rollout.version}, ${LAST[phase] ?? phase}` : '';
    return `Cannot ${VERBS[kind]} ${endpoint}: no rollout is running${last}`;
  }
  const { version, words, held_by: by } = rollout;
  if (kind === 'resume' && phase !== 'waiting') {
    return `Cannot resume ${endpoint}: its rollout is ${phase}, not held: ${words}`;
  }
  if (kind === 'hold' && by !== undefined) return `Cannot hold ${endpoint}: it is held by ${by} already`;
  if (kind !== 'promote' && kind !== 'promote-all') return undefined;
  if (rollout.step_kind === 'golden') {
    return `Cannot promote version ${version} of ${endpoint} before it passes its golden gate: ${words}`;
  }
  return by === undefined || resume
    ? undefined
    : `Cannot promote version ${version} of ${endpoint}: it is held by ${by}. With --resume, promote ends the hold`;
}

const VERBS: Readonly<Record<Order, string>> = {
  hold: 'hold',
  resume: 'resume',
  promote: 'promote',
  'promote-all': 'promote',
};

const LAST: Partial<Record<Phase, string>> = {
  done: 'is done',
  'rolled back': 'was rolled back',
  superseded: 'was superseded',
  stopped: 'was stopped, because someone else moved the alias',
  failed: 'failed',
};
