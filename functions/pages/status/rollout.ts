import { timeInWords } from '../../report/format.ts';
import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';

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

/** The fields of a status that describe the rollout itself. */
export function rolloutOf({ gates: _gates, history: _history, models: _models, ...rest }: EndpointStatus) {
  return rest;
}

type RolloutPart = ReturnType<typeof rolloutOf>;

/** The state of the last rollout as a badge. */
export function phaseBadge(part: RolloutPart): HTMLElement[] {
  const { text, look } = stateOf(part);
  return [element('span', { class: `badge ${look}` }, text)];
}

/** The phase, or that an operator rolled back a finished rollout later. */
export function stateOf({ phase, routing, rollout }: Pick<RolloutPart, 'phase' | 'routing' | 'rollout'>) {
  const isRolledBack = phase === 'done' && rollout !== undefined && routing.version !== rollout.version;
  return isRolledBack ? { text: 'rolled back later', look: 'bad' } : PHASES[phase];
}

/** The verdict with its arithmetic, and its times. */
export function verdict(part: RolloutPart): HTMLElement[] {
  const { rollout, phase, last_move } = part;
  if (!rollout) return [];
  const { version, outcome, words, step, step_since, last_tick } = rollout;
  const heading =
    phase === 'running' && outcome !== undefined
      ? `Version ${version}: ${outcome}`
      : `Version ${version}: ${stateOf(part).text}`;
  const times = [
    step_since === undefined ? step : `${step} since ${timeInWords(step_since)}`,
    last_tick === undefined ? '' : `last tick ${timeInWords(last_tick)}`,
    last_move ? `alias last set by ${last_move.by}` : '',
  ];
  return [
    element(
      'div',
      { class: `verdict ${outcome?.replace(' ', '-') ?? ''}` },
      element('h3', {}, heading),
      element('p', {}, words),
    ),
    element('p', { class: 'fine' }, times.filter(Boolean).join(' · ')),
  ];
}

/** The steps of the plan with their state. */
export function stepList({ rollout, phase }: RolloutPart): HTMLElement[] {
  if (!rollout) return [];
  const at = phase === 'done' ? rollout.steps.length : rollout.step_number - 1;
  const hasEnded = !['starting', 'running', 'waiting', 'done'].includes(phase);
  const steps = rollout.steps.map((step, index) => {
    const state = index < at ? 'done' : index > at ? 'next' : hasEnded ? 'ended' : 'now';
    const current: Record<string, string> = state === 'now' ? { 'aria-current': 'step' } : {};
    return element(
      'li',
      { class: state, ...current },
      element('span', { class: 'visually-hidden' }, STATES[state]),
      step,
    );
  });
  return [element('ol', { class: 'steps', 'aria-label': 'Steps of the rollout' }, ...steps)];
}

const STATES = { done: 'done: ', now: 'current: ', ended: 'ended here: ', next: 'next: ' };

/** The state in one sentence, without the numbers that change with each read. */
export function sentence(status: EndpointStatus): string {
  const { endpoint, rollout, traffic, needs_a_person } = status;
  if (!rollout) return `${endpoint}: ${stateOf(status).text}; ${traffic}`;
  const { version, step } = rollout;
  const outcome = rollout.outcome ? `, ${rollout.outcome}` : '';
  const call = needs_a_person ? ' An operator is needed.' : '';
  return `${endpoint}: version ${version}, ${stateOf(status).text}, ${step}${outcome}; ${traffic}.${call}`;
}
