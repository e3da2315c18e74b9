import { ProblemError } from './api.ts';
import { element } from './element.ts';
import { NotAPictureError } from './picture.ts';

/** A problem as text: the API's own document where there is one. @throws `error` itself where it is no problem */
export function describeProblem(error: unknown): HTMLElement[] {
  if (error instanceof NotAPictureError) return [element('p', {}, element('b', {}, error.message)), advice()];
  if (!(error instanceof ProblemError)) throw error;
  const { title, detail, errors = [], instance } = error.problem;
  const items = errors.map(({ field, expected, received }) =>
    element('li', {}, element('b', {}, field), `: expected ${expected}, received ${received}`),
  );
  // Because the detail repeats the list of errors in that case.
  const own = items.length > 0 && detail?.startsWith('Expected') ? '' : (detail ?? '');
  return [
    element('p', {}, element('b', {}, title ?? 'The request failed')),
    ...(own === '' ? [] : [element('p', {}, own)]),
    ...(items.length === 0 ? [] : [element('ul', {}, ...items)]),
    ...(instance === undefined ? [] : [element('p', { class: 'fine' }, 'Request ', element('code', {}, instance))]),
  ];
}

function advice(): HTMLElement {
  return element('p', {}, 'Choose a photo or one of the samples.');
}
