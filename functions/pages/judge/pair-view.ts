/** One picture on the page, once with the boxes of each answer. */

import type { PairToJudge, Side } from '../../api/judge-schemas.ts';
import { countsInWords, drawing } from '../common/boxes.ts';
import { element } from '../common/element.ts';
import { partsOf, pointAt, type Rectangle, zoomTo } from './zoom.ts';

/** What is shown of a pair. `part`: of `parts` where the answers differ, from 1 on; 0: none. */
export interface Zoom {
  readonly isZoomed: boolean;
  readonly part: number;
  readonly parts: number;
}

/** The boxes of one answer. */
export interface ShownSide {
  /** Caption. Empty: none, as for one answer alone. */
  readonly name: string;
  /** For screen readers: `answer 1`. */
  readonly words: string;
  readonly boxes: Side;
}

/** A picture with answers to it. */
export interface ShownPicture {
  /** Different for each picture. */
  readonly key: string;
  readonly picture: PairToJudge['picture'];
  readonly sides: readonly ShownSide[];
}

/** A pair of answers, on both sides of the page. */
export function shownPair({ pair: key, picture, first, second }: PairToJudge): ShownPicture {
  const sides = [
    { name: '1', words: 'answer 1', boxes: first },
    { name: '2', words: 'answer 2', boxes: second },
  ];
  return { key, picture, sides };
}

/** A picture with its answers, which loads as soon as it is created. */
export class PairView {
  readonly shownPicture: ShownPicture;
  readonly element: HTMLElement;
  /** Resolves when both pictures can be shown at once, or one does not load. */
  readonly loading: Promise<void>;
  state: 'loading' | 'loaded' | 'failed' = 'loading';
  private readonly views: readonly HTMLElement[];
  private shown: Rectangle | undefined;
  private least: number | undefined;
  private shownParts = 0;

  /** @param onZoom called when a click changes the zoom */
  constructor(shown: ShownPicture, onZoom: (zoomed: boolean) => void) {
    this.shownPicture = shown;
    const { picture } = shown;
    const labels = new Set(shown.sides.flatMap(({ boxes }) => boxes.map(({ label }) => label)));
    const sides = shown.sides.map((each) => side(each, picture, labels.size > 1));
    const upright = picture.height > picture.width ? ' upright' : '';
    this.element = element('div', { class: `pair${upright}${sides.length === 1 ? ' single' : ''}` }, ...sides);
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
    const { sides, picture } = this.shownPicture;
    const alone = sides.flatMap(({ boxes }) => boxes.filter((each) => each.alone).map(({ box }) => box));
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
    const { shown, least } = this;
    const { picture } = this.shownPicture;
    const view = this.viewSize();
    const fit = Math.min(view.width / picture.width, view.height / picture.height);
    const to = shown && zoomTo(shown, picture, view, least);
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
    return this.shownPicture.sides.map(({ words, boxes }) => `${words}: ${countsInWords(boxes)}`).join('; ');
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
    return pointAt({ x: clientX - left, y: clientY - top }, this.shownPicture.picture, { width, height });
  }
}

function side({ name, words, boxes }: ShownSide, picture: ShownPicture['picture'], hasLabels: boolean): HTMLElement {
  const counts = countsInWords(boxes);
  const alt = `The picture with the boxes of ${words}: ${counts}`;
  const img = element('img', { src: picture.url, alt, decoding: 'async', draggable: 'false' });
  const layers = element('div', { class: 'layers' }, img, drawing(boxes, picture, hasLabels));
  const caption = [...(name === '' ? [] : [element('b', {}, name)]), element('span', {}, counts)];
  return element(
    'figure',
    { class: 'side' },
    element('figcaption', {}, ...caption),
    element('div', { class: 'view' }, layers),
  );
}
