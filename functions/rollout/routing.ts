import type { Routing } from './alias.ts';
import type { RolloutState } from './state.ts';
import type { Step } from './steps.ts';

/**
 * Where live traffic has to go while a rollout stands here. Every tick makes the alias say so: a tick that was killed
 * between deciding and returning leaves an alias that the repeated one either confirms or mends.
 * @returns undefined where the rollout must not touch the alias: somebody else has moved it
 */
export function routingOf(steps: readonly Step[], state: RolloutState): Routing | undefined {
  const { live, candidate, status } = state;
  if (status === 'stopped') return undefined;
  if (status === 'rolled back' || status === 'superseded') return { version: live };
  const step = steps[state.step];
  switch (step?.kind) {
    case 'weight':
      return { version: live, candidate: { version: candidate, percent: step.percent } };
    case 'full':
    case 'bake':
    case 'done':
      return { version: candidate };
    default:
      return { version: live };
  }
}
