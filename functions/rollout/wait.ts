/** How long a rollout waits between two ticks. */

import type { Step } from '../plan/steps.ts';
import { type Execution, LONGEST_WAIT_SECONDS } from '../records/execution.ts';

/** Seconds between two ticks, because traffic is counted by the minute. */
const WAIT_SECONDS = 60;
/** Seconds between two ticks of a shadow that has pictures left, or after the golden gate. */
const SHORT_WAIT_SECONDS = 5;
/**
 * Ticks in a row without news: the rollout waits for an operator, who gave no order, and no request or picture came.
 */
export function quietTicks(before: Execution, after: Execution): number {
  const isWaiting = after.state.status === 'held' || after.state.status === 'alarmed';
  return isWaiting && !hasNews(before, after) ? (before.quietTicks ?? 0) + 1 : 0;
}

/**
 * Seconds until the tick after `after`. Each quiet tick adds a minute, up to ten: because a tick costs the same whether
 * it finds something or not, and a rollout may wait for weeks.
 */
export function waitSeconds(before: Execution, after: Execution, steps: readonly Step[]): number {
  const { status, step } = after.state;
  if (status !== 'running') return Math.min(LONGEST_WAIT_SECONDS, WAIT_SECONDS * Math.max(1, after.quietTicks ?? 0));
  const kind = steps[step]?.kind;
  return kind === 'golden' || (kind === 'shadow' && hasProgress(before, after)) ? SHORT_WAIT_SECONDS : WAIT_SECONDS;
}

/**
 * Whether the last tick found new scenes, left requests to read, or entered a step: then the next one has work at once.
 * Not after repeated pictures alone, because a camera may send the same one for days.
 */
function hasProgress({ state, shadow }: Execution, after: Execution): boolean {
  if (state.step !== after.state.step || shadow?.pictures !== after.shadow?.pictures) return true;
  return shadow?.tick !== after.shadow?.tick && (after.shadow?.queued ?? 0) > 0;
}

function hasNews(before: Execution, after: Execution): boolean {
  return (
    hasProgress(before, after) ||
    before.state.status !== after.state.status ||
    before.state.control !== after.state.control ||
    before.state.closedRequests !== after.state.closedRequests
  );
}
