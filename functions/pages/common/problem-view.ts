import { ProblemError } from './api.ts';
import { element } from './element.ts';
import { NotAPictureError } from './picture.ts';

/** What went wrong, in words: the API's own where it spoke. @throws what is no problem of a request */
export function describeProblem(error: unknown): HTMLElement[] {
  if (error instanceof NotAPictureError) return [element('p', {}, element('b', {}, error.message)), advice()];
  if (!(error instanceof ProblemError)) throw error;
  const { title, detail, errors = [], instance } = error.problem;
  const faults = errors.map(({ field, expected, received }) =>
    element('li', {}, element('b', {}, field), `: expected ${expected}, received ${received}`),
  );
  // Where the faults say it all, the detail says the same again.
  const told = faults.length > 0 && detail?.startsWith('Expected') ? '' : (detail ?? '');
  return [
    element('p', {}, element('b', {}, title ?? 'The request failed')),
    ...(told === '' ? [] : [element('p', {}, told)]),
    ...(faults.length === 0 ? [] : [element('ul', {}, ...faults)]),
    ...(instance === undefined ? [] : [element('p', { class: 'fine' }, 'Request ', element('code', {}, instance))]),
  ];
}

function advice(): HTMLElement {
  return element('p', {}, 'Choose a photo, or take one of the samples.');
}
