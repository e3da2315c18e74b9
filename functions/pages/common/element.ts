/** Building and finding elements. Text is always text: no caller's words ever become markup. */

type Child = Node | string | undefined | false;

/** An element with attributes and children; `undefined` and `false` children are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** The element of the page with this id and kind. @throws when the page has no such one. */
export function byId<T extends HTMLElement>(id: string, kind: { new (): T }): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`Expected a ${kind.name} with id ${id}, received ${found?.tagName ?? 'none'}`);
}

/** Shows or hides by the `hidden` attribute. */
export function show(target: HTMLElement, visible: boolean): void {
  target.hidden = !visible;
}

/** Any value as indented JSON, scrollable by keyboard. */
export function jsonView(value: unknown, name = 'JSON'): HTMLElement {
  return element('pre', { tabindex: '0', 'aria-label': name }, JSON.stringify(value, null, 2));
}
