import { isUnderWay } from '../../functions/standing/phase.ts';
import type { Phase, Standing } from '../../functions/standing/standing.ts';
import type { Order } from './orders.ts';

/**
 * Why the endpoint's rollout cannot execute an order now.
 * @returns undefined where it can
 */
export function refusalOf(order: Order, { endpoint, phase, rollout }: Standing): string | undefined {
  if (!isUnderWay(phase) || !rollout) {
    const last = rollout ? `; the last one, of version ${rollout.version}, ${LAST[phase] ?? phase}` : '';
    return `Cannot ${VERBS[order]} ${endpoint}: no rollout is running${last}`;
  }
  if (order === 'resume' && phase !== 'waiting') {
    return `Cannot resume ${endpoint}: its rollout is ${phase}, not held: ${rollout.words}`;
  }
  if ((order === 'promote' || order === 'promote-all') && rollout.step_kind === 'golden') {
    const what = `version ${rollout.version} of ${endpoint}`;
    return `Cannot promote ${what} before it passes its golden gate: ${rollout.words}`;
  }
  return undefined;
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
