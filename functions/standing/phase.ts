/** Decisions by an endpoint's phase that the command line and the status page share. */

import type { Phase, Standing } from '../api/status-schemas.ts';

/** Whether a rollout is running, including one that waits for an operator. */
export function isUnderWay(phase: Phase): boolean {
  return phase === 'starting' || phase === 'running' || phase === 'waiting';
}

/** The target of `rollback` without `--to`. @returns undefined where the alias has no note of a previous version */
export function rollbackGoal({
  routing,
  previous_version,
  phase,
  rollout,
}: Pick<Standing, 'routing' | 'previous_version' | 'phase' | 'rollout'>): string | undefined {
  if (isUnderWay(phase) && rollout) return rollout.stable_version;
  return routing.candidate ? routing.version : previous_version;
}
