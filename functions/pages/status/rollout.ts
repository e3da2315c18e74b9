import { timeInWords } from '../../report/format.ts';
import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';
import { type StepState, stateOf, stepStates } from './rollout-text.ts';

/** The fields of a status that describe the rollout itself. */
export function rolloutOf({
  gates: _gates,
  history: _history,
  models: _models,
  drift: _drift,
  ...rest
}: EndpointStatus) {
  return rest;
}

type RolloutPart = ReturnType<typeof rolloutOf>;

/** The state of the last rollout as a badge. */
export function phaseBadge(part: RolloutPart): HTMLElement[] {
  const { text, look } = stateOf(part);
  return [element('span', { class: `badge ${look}` }, text)];
}

/** The verdict with its arithmetic, and its times. */
export function verdict(part: RolloutPart): HTMLElement[] {
  const { rollout, phase, last_move, moved_by_hand = false } = part;
  if (!rollout) return [];
  const { version, outcome, words, wait, step, step_since, last_tick } = rollout;
  const heading =
    phase === 'running' && outcome !== undefined
      ? `Version ${version}: ${outcome}`
      : `Version ${version}: ${stateOf(part).text}`;
  const times = [
    step_since === undefined ? step : `${step} since ${timeInWords(step_since)}`,
    last_tick === undefined ? '' : `last tick ${timeInWords(last_tick)}`,
    last_move ? `alias last set by ${last_move.by}` : '',
    moved_by_hand ? 'alias last set by hand, without a note' : '',
  ];
  return [
    element(
      'div',
      { class: `verdict ${outcome?.replace(' ', '-') ?? ''}` },
      element('h3', {}, heading),
      element('p', {}, words),
      wait && element('p', { class: 'wait' }, wait.words),
    ),
    element('p', { class: 'fine' }, times.filter(Boolean).join(' · ')),
  ];
}

/** The steps of the plan with their state. */
export function stepList({ rollout, phase }: RolloutPart): HTMLElement[] {
  if (!rollout) return [];
  const states = stepStates(rollout, phase);
  const steps = rollout.steps.map((step, index) => {
    const state = states[index] ?? 'next';
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

const STATES: Readonly<Record<StepState, string>> = {
  done: 'done: ',
  now: 'current: ',
  ended: 'ended here: ',
  next: 'next: ',
};
