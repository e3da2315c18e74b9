/** One pair on the page: the picture twice, each time with the boxes of one answer. */

import type { PairToJudge, Side } from '../../api/judge-schemas.ts';
import { element } from '../common/element.ts';
import { partsOf, pointAt, type Rectangle, zoomTo } from './zoom.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What is shown of a pair. `part`: of `parts` where the answers differ, from 1 on; 0: none. */
export interface Zoom {
  readonly isZoomed: boolean;
  readonly part: number;
  readonly parts: number;
}

/** A pair with its pictures, which load as soon as it is created. */
export class PairView {
  readonly pair: PairToJudge;
  readonly element: HTMLElement;
  /** Resolves when both pictures can be shown at once, or one does not load. */
  readonly loading: Promise<void>;
  state: 'loading' | 'loaded' | 'failed' = 'loading';
  private readonly views: readonly HTMLElement[];
  private shown: Rectangle | undefined;
  private least: number | undefined;
  private shownParts = 0;

  /** @param onZoom called when a click changes the zoom */
  constructor(pair: PairToJudge, onZoom: (zoomed: boolean) => void) {
    this.pair = pair;
    const labels = new Set([...pair.first, ...pair.second].map(({ label }) => label));
    const sides = [
      side('1', pair.first, pair, labels.size > 1),
      side('2', pair.second, pair, labels.size > 1),
    ] as const;
    const isUpright = pair.picture.height > pair.picture.width;
    this.element = element('div', { class: isUpright ? 'pair upright' : 'pair' }, ...sides);
    this.views = sides.map((each) => each.querySelector<HTMLElement>('.view') as HTMLElement);
    for (const view of this.views) {
      view.addEventListener('click', (event) => {
        this.zoom(this.shown ? undefined : this.pointOf(event, view));
        onZoom(this.shown !== undefined);
      });
    }
    // Because a pair has no size until it is visible, and another one when the window changes.
    new ResizeObserver(() => this.place()).observe(this.views[0] as HTMLElement);
    this.loading = this.load();
  }

  /** Shows the next part where the answers differ, on both sides; after the last one the whole picture. */
  zoomOn(): Zoom {
    const { first, second, picture } = this.pair;
    const alone = [...first, ...second].filter((each) => each.alone).map(({ box }) => box);
    const parts = partsOf(alone, picture, this.viewSize());
    const part = parts[this.shownParts];
    if (part) {
      this.zoom(part, 1);
      this.shownParts += 1;
      return { isZoomed: true, part: this.shownParts, parts: parts.length };
    }
    const { width, height } = picture;
    this.zoom(this.shown ? undefined : { x: 0, y: 0, width, height });
    return { isZoomed: this.shown !== undefined, part: 0, parts: parts.length };
  }

  /** Shows a part of the picture on both sides; without one, the whole picture. @param least smallest scale */
  private zoom(part: Rectangle | undefined, least?: number): void {
    [this.shown, this.least] = [part, least];
    if (!part) this.shownParts = 0;
    this.place();
    this.element.classList.toggle('zoomed', part !== undefined);
  }

  /** `--zoom` and `--unit` keep the size of lines and labels, which would hide small objects. */
  private place(): void {
    const { pair, shown, least } = this;
    const view = this.viewSize();
    const fit = Math.min(view.width / pair.picture.width, view.height / pair.picture.height);
    const to = shown && zoomTo(shown, pair.picture, view, least);
    const scale = to?.scale ?? 1;
    for (const { firstElementChild } of this.views) {
      const { style } = firstElementChild as HTMLElement;
      style.setProperty('--zoom', String(scale));
      style.setProperty('--unit', String(1 / (fit * scale)));
      style.transform = to ? `translate(${to.left}px, ${to.top}px) scale(${scale})` : '';
    }
  }

  private viewSize(): { width: number; height: number } {
    const [view] = this.views;
    return { width: view?.clientWidth ?? 0, height: view?.clientHeight ?? 0 };
  }

  /** `answer 1: 3 × car; answer 2: 2 × car` */
  words(): string {
    return `answer 1: ${countsInWords(this.pair.first)}; answer 2: ${countsInWords(this.pair.second)}`;
  }

  private async load(): Promise<void> {
    try {
      await Promise.all([...this.element.querySelectorAll('img')].map((picture) => picture.decode()));
      this.state = 'loaded';
    } catch {
      this.state = 'failed';
    }
  }

  private pointOf({ clientX, clientY }: MouseEvent, view: HTMLElement): Rectangle {
    const { left, top } = view.getBoundingClientRect();
    const { clientWidth: width, clientHeight: height } = view;
    return pointAt({ x: clientX - left, y: clientY - top }, this.pair.picture, { width, height });
  }
}

function side(name: string, boxes: Side, { picture }: PairToJudge, hasLabels: boolean): HTMLElement {
  const counts = countsInWords(boxes);
  const alt = `The picture with the boxes of answer ${name}: ${counts}`;
  const img = element('img', { src: picture.url, alt, decoding: 'async', draggable: 'false' });
  const layers = element('div', { class: 'layers' }, img, drawing(boxes, picture, hasLabels));
  return element(
    'figure',
    { class: 'side' },
    element('figcaption', {}, element('b', {}, name), element('span', {}, counts)),
    element('div', { class: 'view' }, layers),
  );
}

/** `3 × car, 1 × bus`, or `nothing` */
function countsInWords(boxes: Side): string {
  const counts = Map.groupBy(boxes, ({ label }) => label);
  const words = [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([label, all]) => `${all.length} × ${label}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** Boxes in pixels of the picture. Those that the other answer lacks lie over the others. */
function drawing(boxes: Side, { width, height }: PairToJudge['picture'], hasLabels: boolean): SVGElement {
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
  const ordered = boxes.toSorted((a, b) => Number(a.alone) - Number(b.alone));
  svg.append(...ordered.map((each) => drawnBox(each, hasLabels ? labelOf(each, { width, height }) : undefined)));
  return svg;
}

function drawnBox({ label, box, alone }: Side[number], text: SVGElement | undefined): SVGElement {
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
function labelOf({ label, box }: Side[number], { width, height }: { width: number; height: number }): SVGElement {
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
