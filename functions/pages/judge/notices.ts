/** Messages over the page: what is not saved, and short hints. They move nothing. */

import { byId, element, show } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';
import type { OutboxState } from './outbox.ts';

/** How long a hint is visible. */
const HINT_MS = 2500;

let hintTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows a hint for a short time. */
export function showHint(text: string): void {
  const hint = byId('hint', HTMLElement);
  hint.textContent = text;
  show(hint, true);
  clearTimeout(hintTimer);
  hintTimer = setTimeout(() => show(hint, false), HINT_MS);
}

/** Hides the hint before its time, because what it is about is no longer visible. */
export function hideHint(): void {
  show(byId('hint', HTMLElement), false);
}

/** Shows which decisions are not saved, and why. */
export function showUnsaved({ unsaved, error, retrySeconds }: OutboxState): void {
  const alert = byId('unsaved', HTMLElement);
  if (error !== undefined) {
    const [title] = describeProblem(error);
    const many = `${unsaved} ${unsaved === 1 ? 'decision is' : 'decisions are'} not saved`;
    const kept = `${many}, but kept in this browser. Wait: the page tries again by itself.`;
    const lost = 'The last decision was not accepted, because its picture was deleted.';
    byId('unsaved-words', HTMLElement).textContent =
      `${title?.textContent ?? ''}. ${retrySeconds === undefined ? lost : kept}`;
  }
  show(byId('retry', HTMLElement), unsaved > 0);
  if (error !== undefined || unsaved === 0) show(alert, error !== undefined);
}

/** Shows why pairs cannot be read. @param isOffline the API did not respond: waiting helps */
export function showProblem(error: unknown, isOffline: boolean): void {
  const problem = byId('problem', HTMLElement);
  const wait = 'Wait: the page tries again by itself, and keeps your decisions.';
  const shown = element(
    'div',
    {},
    ...(isOffline ? [element('p', {}, element('b', {}, 'The API does not respond. '), wait)] : describeProblem(error)),
  );
  // So that a screen reader does not announce it with each attempt.
  if (problem.textContent !== shown.textContent) problem.replaceChildren(shown);
  show(problem, true);
}
