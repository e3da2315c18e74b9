/** The end of the judging on the page. */

import { byId, element, show } from '../common/element.ts';
import { type Judged, lateInWords, nextInWords, stateInWords } from './end-text.ts';

/** Shows the verdict, what happens next, and which decisions came after it, in the place of the pairs. */
export function showEnd(judged: Judged): void {
  const { version, words, traffic } = judged;
  const over = byId('over', HTMLElement);
  const late = lateInWords(judged);
  over.replaceChildren(
    element('h2', {}, 'Thank you. No more decisions are needed.'),
    element('p', {}, `Version ${version}, ${stateInWords(judged)}: ${words}.`),
    element('p', {}, nextInWords(judged)),
    ...(late === '' ? [] : [element('p', {}, late)]),
    element('p', { class: 'fine' }, `Live traffic: ${traffic}. `, element('a', { href: '/status' }, 'Status')),
  );
  show(byId('work', HTMLElement), false);
  show(over, true);
  byId('live', HTMLElement).textContent = `No more decisions are needed. Version ${version}: ${stateInWords(judged)}.`;
}
