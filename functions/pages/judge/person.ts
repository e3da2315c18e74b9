/** Who judges: the name is asked once and kept in this browser. */

import { byId, show } from '../common/element.ts';

/** The name under which decisions are stored. */
export type Person = string;

const KEY = 'judge-name';

/** Calls `start` with the name of this browser, or after it was typed; and again after it was changed. */
export function askName(start: (person: Person) => void): void {
  const form = byId('who', HTMLFormElement);
  const input = byId('by', HTMLInputElement);
  const known = localStorage.getItem(KEY);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (name === '') return;
    localStorage.setItem(KEY, name);
    begin(name);
  });
  byId('change', HTMLButtonElement).addEventListener('click', () => {
    input.value = localStorage.getItem(KEY) ?? '';
    show(byId('work', HTMLElement), false);
    show(form, true);
    input.select();
  });
  const begin = (name: Person) => {
    show(form, false);
    byId('person', HTMLElement).textContent = name;
    start(name);
  };
  show(form, !known);
  if (known) begin(known);
  else input.focus();
}
