import type { Change } from '../cloudformation/deployment.ts';

/** A line for each rollout that a deployment has started. */
export function startedRollouts(changes: readonly Change[]): string[] {
  return changes.flatMap(({ type, properties, attributes }) => {
    if (type !== 'Custom::Rollout' || attributes?.Outcome !== 'rollout started') return [];
    const follow = `follow it with npm run rollout -- watch ${properties.Endpoint} --local`;
    return [`Rollout of version ${properties.Version} started: ${follow}`];
  });
}
