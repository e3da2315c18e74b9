/** Boxes over a picture. */

import type { Side } from '../../api/judge-schemas.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** A box. `alone`: the other answer lacks it. */
export type DrawnBox = Side[number];

/** The number of each label: `3 × car, 1 × bus`, or `nothing`. */
export function countsInWords(boxes: readonly Pick<DrawnBox, 'label'>[]): string {
  const counts = Map.groupBy(boxes, ({ label }) => label);
  const words = [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([label, all]) => `${all.length} × ${label}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** Boxes in pixels of the picture, with their labels. Those that the other answer lacks lie over the others. */
export function drawing(
  boxes: readonly DrawnBox[],
  { width, height }: { readonly width: number; readonly height: number },
  hasLabels: boolean,
): SVGElement {
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
  const ordered = boxes.toSorted((a, b) => Number(a.alone) - Number(b.alone));
  svg.append(...ordered.map((each) => drawnBox(each, hasLabels ? labelOf(each, { width, height }) : undefined)));
  return svg;
}

function drawnBox({ label, box, alone }: DrawnBox, text: SVGElement | undefined): SVGElement {
  const place = Object.fromEntries(Object.entries(box).map(([name, value]) => [name, String(value)]));
  const group = shape('g', { class: alone ? 'found alone' : 'found' });
  const title = shape('title', {});
  title.textContent = label;
  group.append(title, shape('rect', { class: 'casing', ...place }), shape('rect', { class: 'stroke', ...place }));
  if (text) group.append(text);
  return group;
}

/** Parts of the picture in which a label above a box, or to the right of its left side, may not fit. */
const [TOP, RIGHT] = [0.06, 0.85];

/** Above the box, so that it does not hide the object. */
function labelOf({ label, box }: DrawnBox, { width, height }: { width: number; height: number }): SVGElement {
  const classes = [...(box.y < TOP * height ? ['inside'] : []), ...(box.x > RIGHT * width ? ['end'] : [])];
  const x = box.x > RIGHT * width ? box.x + box.width : box.x;
  const text = shape('text', { x: String(x), y: String(box.y), class: classes.join(' ') });
  text.textContent = label;
  return text;
}

function shape(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const created = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  return created;
}
