/** Parts that reports of two versions have in common. */

import { html, type Markup } from '../report/html.ts';

/** A row of numbers, each with its name below. */
export function cardRow(cards: readonly (readonly [name: string, value: string])[]): Markup {
  const boxes = cards.map(([name, value]) => html`<div class="card"><b>${value}</b><span>${name}</span></div>`);
  return html`<div class="cards">${boxes}</div>`;
}

/** A chart with its title and the sentences that explain it. */
export function chart(title: string, plot: Markup, text: string): Markup {
  return html`<div class="chart"><h3>${title}</h3>${plot}<p class="dim">${text}</p></div>`;
}

/** A table of numbers by label or another group, in a part of the page that scrolls. */
export function groupTable(
  name: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Markup {
  const table = html`<table class="classes"><thead><tr>${head.map((each) => html`<th>${each}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
  return html`<h2>${name}</h2><div class="scroll" tabindex="0" role="region" aria-label="${name}">${table}</div>`;
}
