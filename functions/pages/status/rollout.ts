import { timeInWords } from '../../report/format.ts';
import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';

type Phase = EndpointStatus['phase'];

const PHASES: Readonly<Record<Phase, { readonly words: string; readonly look: string }>> = {
  none: { words: 'no rollout yet', look: 'quiet' },
  starting: { words: 'rollout begins', look: 'going' },
  running: { words: 'rolling out', look: 'going' },
  waiting: { words: 'waits for a person', look: 'person' },
  done: { words: 'rolled out', look: 'good' },
  'rolled back': { words: 'rolled back', look: 'bad' },
  superseded: { words: 'superseded', look: 'quiet' },
  stopped: { words: 'stopped: somebody else moved the traffic', look: 'person' },
  failed: { words: 'its controller failed', look: 'person' },
};

/** The fields of a status that describe the rollout itself. */
export function rolloutOf({ gates: _gates, history: _history, models: _models, ...rest }: EndpointStatus) {
  return rest;
}

type RolloutPart = ReturnType<typeof rolloutOf>;

/** How the last rollout goes or went, in a word or two. */
export function phaseBadge(part: RolloutPart): HTMLElement[] {
  const { words, look } = stateOf(part);
  return [element('span', { class: `badge ${look}` }, words)];
}

/** A version that was rolled out can have been left since, by an operator. */
function stateOf({ phase, routing, rollout }: Pick<RolloutPart, 'phase' | 'routing' | 'rollout'>) {
  const isLeft = phase === 'done' && rollout !== undefined && routing.version !== rollout.version;
  return isLeft ? { words: 'rolled back later', look: 'bad' } : PHASES[phase];
}

/** The verdict with its arithmetic, and since when. */
export function verdict(part: RolloutPart): HTMLElement[] {
  const { rollout, phase, last_move } = part;
  if (!rollout) return [];
  const { version, outcome, words, step, step_since, last_tick } = rollout;
  const heading =
    phase === 'running' && outcome !== undefined
      ? `Version ${version}: ${outcome}`
      : `Version ${version}: ${stateOf(part).words}`;
  const times = [
    step_since === undefined ? step : `${step} since ${timeInWords(step_since)}`,
    last_tick === undefined ? '' : `judged ${timeInWords(last_tick)}`,
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

/** The plan's steps: which are behind it, where it stands, what is to come. */
export function stepList({ rollout, phase }: RolloutPart): HTMLElement[] {
  if (!rollout) return [];
  const at = phase === 'done' ? rollout.steps.length : rollout.step_number - 1;
  const hasEnded = !['starting', 'running', 'waiting', 'done'].includes(phase);
  const steps = rollout.steps.map((step, index) => {
    const state = index < at ? 'done' : index > at ? 'next' : hasEnded ? 'ended' : 'now';
    const current: Record<string, string> = state === 'now' ? { 'aria-current': 'step' } : {};
    return element('li', { class: state, ...current }, element('span', { class: 'unseen' }, STATES[state]), step);
  });
  return [element('ol', { class: 'steps', 'aria-label': 'Steps of the rollout' }, ...steps)];
}

const STATES = { done: 'done: ', now: 'now: ', ended: 'ended here: ', next: 'to come: ' };

/** Where it stands in one sentence, without the numbers that change at each look. */
export function sentence(status: EndpointStatus): string {
  const { endpoint, rollout, traffic, needs_a_person } = status;
  if (!rollout) return `${endpoint}: ${stateOf(status).words}; ${traffic}`;
  const { version, step, outcome } = rollout;
  const person = needs_a_person ? ' A person is needed.' : '';
  return `${endpoint}: version ${version}, ${stateOf(status).words}, ${step}${outcome ? `, ${outcome}` : ''}; ${traffic}.${person}`;
}
