/** Records decisions from the report page, and updates their summary. */

import { type Decided, decisionSummary } from '../../rollout-report/decision-summary.ts';
import type { Api } from '../common/api.ts';
import { element } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';

/** Makes the form of every picture record its count. */
export function wireDecisions(root: ParentNode, api: Api): void {
  for (const form of root.querySelectorAll<HTMLFormElement>('.decision form')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      record(form, api).then(() => showSummary(root));
    });
  }
}

async function record(form: HTMLFormElement, api: Api): Promise<void> {
  const { endpoint = '', id = '' } = form.dataset;
  const [input, button] = [form.querySelector('input'), form.querySelector('button')];
  const outcome = form.parentElement?.querySelector<HTMLElement>('.outcome');
  const figure = form.closest('figure');
  if (!input || !button || !outcome || !figure) return;
  button.disabled = true;
  try {
    await api.decide({ endpoint, id }, { count: input.valueAsNumber });
    figure.dataset.decided = input.value;
    figure.querySelector('.human')?.replaceChildren(`A human counted ${input.valueAsNumber} (just now).`);
    outcome.replaceChildren(element('p', { class: 'good' }, `Recorded: ${input.valueAsNumber}.`));
    focusNext(figure);
  } catch (error) {
    outcome.replaceChildren(...describeProblem(error));
  } finally {
    button.disabled = false;
  }
}

/** So that a person judges picture after picture by the keyboard. */
function focusNext(figure: HTMLElement): void {
  if (figure.parentElement?.id !== 'judge') return;
  const next = figure.nextElementSibling?.querySelector('input');
  next?.focus();
  next?.closest('figure')?.scrollIntoView({ block: 'nearest' });
}

function showSummary(root: ParentNode): void {
  const figures = [...root.querySelectorAll<HTMLElement>('#gallery figure')];
  const text = decisionSummary(
    figures.flatMap((figure) => decidedOf(figure) ?? []),
    figures.length,
  );
  root.querySelector('#decided')?.replaceChildren(text);
}

function decidedOf({ dataset: { decided, baseline, candidate } }: HTMLElement): Decided | undefined {
  if (!decided) return undefined;
  return {
    human: Number(decided),
    ...(baseline && { baseline: Number(baseline) }),
    ...(candidate && { candidate: Number(candidate) }),
  };
}
