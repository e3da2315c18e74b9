import { isUnderWay } from '../../functions/standing/phase.ts';
import type { Phase, Standing } from '../../functions/standing/standing.ts';
import type { Order } from './orders.ts';

/**
 * Why an order makes no sense where the endpoint stands: what was expected, what is.
 * @returns undefined where it does make sense
 */
export function refusalOf(order: Order, { endpoint, phase, rollout }: Standing): string | undefined {
  if (!isUnderWay(phase) || !rollout) {
    const last = rollout ? `; the last one, of version ${rollout.version}, ${LAST[phase] ?? phase}` : '';
    return `Expected a running rollout of ${endpoint} to ${VERBS[order]}, there is none${last}`;
  }
  if (order === 'resume' && phase !== 'waiting') {
    return `Expected the rollout of ${endpoint} to be held, it is ${phase}: ${rollout.words}`;
  }
  if ((order === 'promote' || order === 'promote-all') && rollout.step_kind === 'golden') {
    return `Expected version ${rollout.version} of ${endpoint} to have passed its golden gate before it is promoted, it has not: ${rollout.words}`;
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
  stopped: 'was stopped, because somebody else moved the alias',
  failed: 'failed',
};
