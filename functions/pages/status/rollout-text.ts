/** Texts about a rollout. Without the DOM, so that they can be tested by themselves. */

import { isUnderWay } from '../../standing/phase.ts';
import type { EndpointStatus } from '../common/api.ts';

type Phase = EndpointStatus['phase'];

const PHASES: Readonly<Record<Phase, { readonly text: string; readonly look: string }>> = {
  none: { text: 'no rollout yet', look: 'idle' },
  starting: { text: 'starting', look: 'active' },
  running: { text: 'rolling out', look: 'active' },
  waiting: { text: 'waiting for an operator', look: 'operator' },
  done: { text: 'rolled out', look: 'good' },
  'rolled back': { text: 'rolled back', look: 'bad' },
  superseded: { text: 'superseded', look: 'idle' },
  stopped: { text: 'stopped: the alias was moved outside the rollout', look: 'operator' },
  failed: { text: 'failed: rollout controller error', look: 'operator' },
};

/** The phase, or that an operator rolled back a finished rollout later. */
export function stateOf({ phase, routing, rollout }: Pick<EndpointStatus, 'phase' | 'routing' | 'rollout'>) {
  const isRolledBack = phase === 'done' && rollout !== undefined && routing.version !== rollout.version;
  return isRolledBack ? { text: 'rolled back later', look: 'bad' } : PHASES[phase];
}

/** The state of a step: done, current, the one in which the rollout ended, or still to come. */
export type StepState = 'done' | 'now' | 'ended' | 'next';

/** The state of each step of the plan. */
export function stepStates(
  { steps, step_number }: Pick<NonNullable<EndpointStatus['rollout']>, 'steps' | 'step_number'>,
  phase: Phase,
): StepState[] {
  if (phase === 'done') return steps.map(() => 'done');
  const at = step_number - 1;
  const reached = isUnderWay(phase) ? 'now' : 'ended';
  return steps.map((_, index) => (index < at ? 'done' : index > at ? 'next' : reached));
}

/** The state in one sentence, without the numbers that change with each read. */
export function sentence(status: EndpointStatus): string {
  const { endpoint, rollout, traffic, needs_a_person } = status;
  if (!rollout) return `${endpoint}: ${stateOf(status).text}; ${traffic}`;
  const { version, step } = rollout;
  const outcome = rollout.outcome ? `, ${rollout.outcome}` : '';
  const call = needs_a_person ? ' An operator is needed.' : '';
  return `${endpoint}: version ${version}, ${stateOf(status).text}, ${step}${outcome}; ${traffic}.${call}`;
}
