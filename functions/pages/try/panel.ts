import { byId, element, show } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';
import type { UploadProgress } from './upload.ts';

/** The parts of the page that say how a question goes. */

/** Takes away what the last question left. */
export function clearAnswer(): void {
  show(byId('problem', HTMLElement), false);
  show(byId('again', HTMLElement), false);
  byId('live', HTMLElement).textContent = '';
  for (const id of ['boxes', 'result', 'headline']) byId(id, HTMLElement).replaceChildren();
}

/** Says what is to be done where this page cannot send the picture itself. */
export function sayUnsent(): void {
  const words = 'Not sent from here. The signed curl line below sends it.';
  byId('headline', HTMLElement).replaceChildren(element('p', {}, words));
  byId('live', HTMLElement).textContent = words;
}

/** Says in words what went wrong. */
export function showProblem(error: unknown): void {
  const place = byId('problem', HTMLElement);
  place.replaceChildren(...describeProblem(error));
  show(place, true);
}

/** Shows that an answer is awaited, or no longer. */
export function showBusy(busy: boolean): void {
  show(byId('busy', HTMLElement), busy);
  show(byId('progress', HTMLElement), false);
  byId('stage', HTMLElement).setAttribute('aria-busy', `${busy}`);
}

export function showProgress(progress: UploadProgress): void {
  const bar = byId('progress-bar', HTMLProgressElement);
  const words = byId('progress-words', HTMLElement);
  show(byId('progress', HTMLElement), true);
  if (progress === 'waiting') {
    bar.removeAttribute('value');
    words.textContent = 'Uploaded; waiting for the result';
  } else {
    bar.value = progress.sent;
    words.textContent = `Uploading: ${Math.round(progress.sent * 100)} %`;
  }
}
