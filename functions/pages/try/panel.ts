/** The parts of the page that show the progress of a request. */

import { byId, element, show } from '../common/element.ts';
import type { Picture } from '../common/picture.ts';
import { describeProblem } from '../common/problem-view.ts';
import type { UploadProgress } from './upload.ts';

/** The package of this project, which is weak on photos. */
const BUILT_IN = 'counter-nano';

/** Recommends a detector for photos where the built-in model answers. @param model undefined: a human answers */
export function showDemonstration(model: string | undefined): void {
  show(byId('built-in', HTMLElement), model === BUILT_IN);
}

/** Removes the last answer. */
export function clearAnswer(): void {
  show(byId('problem', HTMLElement), false);
  show(byId('again', HTMLElement), false);
  byId('live', HTMLElement).textContent = '';
  for (const id of ['boxes', 'result', 'headline']) byId(id, HTMLElement).replaceChildren();
}

/** Refers to curl where this page cannot send the picture itself. */
export function showNotSent(): void {
  const text = 'Not sent. Use the signed curl command below.';
  byId('headline', HTMLElement).replaceChildren(element('p', {}, text));
  byId('live', HTMLElement).textContent = text;
}

/** Says where the browser has converted the picture, because curl has to send another file then. */
export function showConversion({ file, convertedFrom }: Picture): void {
  const note = byId('converted', HTMLElement);
  note.textContent =
    `This browser has converted “${convertedFrom}” to the JPEG “${file.name}”, ` +
    'because the API does not take its format.';
  show(note, convertedFrom !== undefined);
}

/** Shows a problem as text. */
export function showProblem(error: unknown): void {
  const container = byId('problem', HTMLElement);
  container.replaceChildren(...describeProblem(error));
  show(container, true);
}

/** Shows whether a request is in progress. */
export function showBusy(busy: boolean): void {
  show(byId('busy', HTMLElement), busy);
  show(byId('progress', HTMLElement), false);
  byId('viewer', HTMLElement).setAttribute('aria-busy', `${busy}`);
}

/** Shows the progress of an upload. */
export function showProgress(progress: UploadProgress): void {
  const bar = byId('progress-bar', HTMLProgressElement);
  const text = byId('progress-words', HTMLElement);
  show(byId('progress', HTMLElement), true);
  if (progress === 'waiting') {
    bar.removeAttribute('value');
    text.textContent = 'Uploaded; waiting for the result';
  } else {
    bar.value = progress.sent;
    text.textContent = `Uploading: ${Math.round(progress.sent * 100)} %`;
  }
}
