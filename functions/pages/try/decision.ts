import type { Api } from '../common/api.ts';
import { element } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';

/** The prediction that a decision is about. `count` is the model's; null where a human answers for the endpoint. */
export interface DecisionSubject {
  readonly endpoint: string;
  readonly id: string;
  readonly count: number | null;
}

/** A form for the count of a human, with which versions are compared later. */
export function decisionForm(api: Api, subject: DecisionSubject): HTMLElement {
  const input = element('input', { type: 'number', id: 'decision', min: '0', max: '1000000', step: '1', required: '' });
  const save = element('button', { class: 'button' }, 'Record');
  const outcome = element('div', { role: 'status' });
  const form = element(
    'form',
    { class: 'decision' },
    element('label', { for: 'decision' }, 'How many objects do you count?'),
    element('div', { class: 'row start' }, input, save),
    outcome,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    save.disabled = true;
    record(api, subject, input.valueAsNumber)
      .then((text) => outcome.replaceChildren(element('p', { class: 'good' }, text)))
      .catch((error: unknown) => outcome.replaceChildren(...describeProblem(error)))
      .finally(() => {
        save.disabled = false;
      });
  });
  return element('section', { class: 'card' }, element('h2', {}, 'Your count'), form);
}

async function record(api: Api, subject: DecisionSubject, count: number): Promise<string> {
  await api.decide(subject, { count });
  if (subject.count === null) return `Recorded: ${count}.`;
  const difference = Math.abs(count - subject.count);
  const comparison = difference === 0 ? 'is the same' : `differs by ${difference}`;
  return `Recorded: ${count}. The model’s count ${comparison}.`;
}
