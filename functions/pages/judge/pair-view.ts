/** One pair on the page: the picture twice, each time with the boxes of one answer. */

import type { PairToJudge, Side } from '../../api/judge-schemas.ts';
import { element } from '../common/element.ts';
import { around, pointAt, type Rectangle, zoomTo } from './zoom.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** A pair with its pictures, which load as soon as it is created. */
export class PairView {
  readonly pair: PairToJudge;
  readonly element: HTMLElement;
  /** Resolves when both pictures can be shown at once, or one does not load. */
  readonly loading: Promise<void>;
  state: 'loading' | 'loaded' | 'failed' = 'loading';
  private readonly views: readonly HTMLElement[];
  private zoomed = false;

  /** @param onZoom called when a click changes the zoom */
  constructor(pair: PairToJudge, onZoom: (zoomed: boolean) => void) {
    this.pair = pair;
    const labels = new Set([...pair.first, ...pair.second].map(({ label }) => label));
    const sides = [
      side('1', pair.first, pair, labels.size > 1),
      side('2', pair.second, pair, labels.size > 1),
    ] as const;
    this.element = element('div', { class: 'pair' }, ...sides);
    this.views = sides.map((each) => each.querySelector<HTMLElement>('.view') as HTMLElement);
    for (const view of this.views) {
      view.addEventListener('click', (event) => {
        this.toggleZoom(this.pointOf(event, view));
        onZoom(this.zoomed);
      });
    }
    this.loading = this.load();
  }

  /**
   * Shows a part of the picture on both sides, or the whole picture again.
   * @param part default: where the answers differ
   * @returns whether a part is shown
   */
  toggleZoom(part?: Rectangle): boolean {
    const { first, second, picture } = this.pair;
    const alone = [...first, ...second].filter((each) => each.alone).map(({ box }) => box);
    const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
    this.zoomed = !this.zoomed;
    for (const view of this.views) {
      const layers = view.firstElementChild as HTMLElement;
      const { clientWidth: width, clientHeight: height } = view;
      const { scale, left, top } = zoomTo(part ?? around(alone) ?? whole, picture, { width, height });
      layers.style.setProperty('--zoom', String(this.zoomed ? scale : 1));
      layers.style.transform = this.zoomed ? `translate(${left}px, ${top}px) scale(${scale})` : '';
    }
    this.element.classList.toggle('zoomed', this.zoomed);
    return this.zoomed;
  }

  /** `answer 1: 3 car; answer 2: 2 car` */
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

/** `3 car, 1 bus`, or `nothing` */
function countsInWords(boxes: Side): string {
  const counts = Map.groupBy(boxes, ({ label }) => label);
  const words = [...counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([label, all]) => `${all.length} ${label}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** Boxes in pixels of the picture. Those that the other answer lacks lie over the others. */
function drawing(boxes: Side, { width, height }: PairToJudge['picture'], hasLabels: boolean): SVGElement {
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
  const ordered = boxes.toSorted((a, b) => Number(a.alone) - Number(b.alone));
  svg.append(...ordered.map((each) => drawnBox(each, hasLabels, Math.max(width, height) / 40)));
  return svg;
}

function drawnBox({ label, box, alone }: Side[number], hasLabel: boolean, fontSize: number): SVGElement {
  const place = Object.fromEntries(Object.entries(box).map(([name, value]) => [name, String(value)]));
  const group = shape('g', { class: alone ? 'found alone' : 'found' });
  const title = shape('title', {});
  title.textContent = label;
  group.append(title, shape('rect', { class: 'casing', ...place }), shape('rect', { class: 'stroke', ...place }));
  if (hasLabel) {
    const inset = fontSize / 4;
    const at = { x: String(box.x + inset), y: String(box.y + fontSize), 'font-size': String(fontSize) };
    const text = shape('text', at);
    text.textContent = label;
    group.append(text);
  }
  return group;
}

function shape(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const created = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  return created;
}
