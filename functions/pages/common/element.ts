/** Creates and finds elements. Text stays text: no input becomes markup. */

type Child = Node | string | undefined | false;

/** An element with attributes and children. `undefined` and `false` children are skipped. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children.filter((child) => child !== undefined && child !== false));
  return created;
}

/** The element of the page with this id and class. @throws TypeError where there is none */
export function byId<T extends HTMLElement>(id: string, kind: { new (): T }): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`Expected a ${kind.name} for the id ${id}, received ${found?.tagName ?? 'none'}`);
}

/** Shows or hides an element by its `hidden` attribute. */
export function show(target: HTMLElement, visible: boolean): void {
  target.hidden = !visible;
}

/** Any value as indented JSON, scrollable by keyboard. */
export function jsonView(value: unknown, name = 'JSON'): HTMLElement {
  return element('pre', { tabindex: '0', 'aria-label': name }, JSON.stringify(value, null, 2));
}
