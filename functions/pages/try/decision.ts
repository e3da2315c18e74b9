import type { Api } from '../common/api.ts';
import { element } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';

/** What a decision is about. `count` is the model's own, null where a human answers. */
export interface Case {
  readonly endpoint: string;
  readonly id: string;
  readonly count: number | null;
}

/** A form in which a human says how many there are; versions are compared with that later. */
export function decisionForm(api: Api, subject: Case): HTMLElement {
  const input = element('input', { type: 'number', id: 'decision', min: '0', max: '1000000', step: '1', required: '' });
  const save = element('button', { class: 'button' }, 'Record');
  const outcome = element('div', { role: 'status' });
  const form = element(
    'form',
    { class: 'decision' },
    element('label', { for: 'decision' }, 'How many do you count?'),
    element('div', { class: 'row start' }, input, save),
    outcome,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    save.disabled = true;
    record(api, subject, input.valueAsNumber)
      .then((words) => outcome.replaceChildren(element('p', { class: 'good' }, words)))
      .catch((error: unknown) => outcome.replaceChildren(...describeProblem(error)))
      .finally(() => {
        save.disabled = false;
      });
  });
  return element('section', { class: 'card' }, element('h2', {}, 'Your decision'), form);
}

async function record(api: Api, subject: Case, count: number): Promise<string> {
  await api.decide(subject, count);
  if (subject.count === null) return `Recorded: ${count}.`;
  const off = Math.abs(count - subject.count);
  return `Recorded: ${count}. ${off === 0 ? 'The answer agrees.' : `The answer is off by ${off}.`}`;
}
