/** Where an endpoint stands, in words that the terminal and the page share. */

import type { Phase, Standing } from '../api/status-schemas.ts';

/** Whether a rollout is under way. */
export function isUnderWay(phase: Phase): boolean {
  return phase === 'starting' || phase === 'running' || phase === 'waiting';
}

/** Where `rollback` goes without being told where. @returns undefined where nobody has noted a version */
export function rollbackGoal({
  routing,
  previous_version,
  phase,
  rollout,
}: Pick<Standing, 'routing' | 'previous_version' | 'phase' | 'rollout'>): string | undefined {
  if (isUnderWay(phase) && rollout) return rollout.stable_version;
  return routing.candidate ? routing.version : previous_version;
}
