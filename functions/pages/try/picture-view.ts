import type { PredictionAnswer } from '../../api/schemas.ts';
import { inPercent } from '../../report/format.ts';
import { byId, element, show } from '../common/element.ts';
import type { Picture } from '../common/picture.ts';
import type { Palette } from './palette.ts';

type Detection = PredictionAnswer['detections'][number];

/** The boxes to draw over the picture. */
export interface Drawing {
  readonly image: { readonly width: number; readonly height: number };
  readonly detections: readonly Detection[];
  readonly palette: Palette;
}

/** The picture with its boxes. Boxes are elements, so that pointers, keyboards and screen readers reach them. */
export class PictureView {
  private readonly image = byId('picture', HTMLImageElement);
  private readonly layer = byId('boxes', HTMLElement);
  private url: string | undefined;

  /** @param onFocus called with the index of the detection under the pointer or in focus; undefined: none */
  constructor(onFocus: (index: number | undefined) => void) {
    this.layer.setAttribute('role', 'group');
    this.layer.setAttribute('aria-label', 'Detections in the picture. Use the arrow keys to move between them.');
    this.layer.addEventListener('keydown', (event) => this.moveFocus(event));
    this.image.addEventListener('error', () => this.image.classList.add('broken'));
    const notify = ({ target }: Event) => onFocus(indexOf(target));
    this.layer.addEventListener('pointerover', notify);
    this.layer.addEventListener('focusin', notify);
    for (const type of ['pointerleave', 'focusout']) this.layer.addEventListener(type, () => onFocus(undefined));
  }

  /** Shows a picture without boxes. */
  open({ file }: Picture): void {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = URL.createObjectURL(file);
    this.image.classList.remove('broken');
    this.image.src = this.url;
    this.image.alt = file.name;
    this.layer.replaceChildren();
    show(byId('canvas', HTMLElement), true);
    show(byId('drop', HTMLElement), false);
  }

  /** Draws boxes, small ones over large ones, so that the pointer reaches each. */
  draw({ image, detections, palette }: Drawing): void {
    const boxes = detections.map((detection, index) => this.box(detection, index, { image, palette }));
    this.layer.replaceChildren(...boxes);
    boxes[0]?.setAttribute('tabindex', '0');
  }

  /** Highlights one box, or none. */
  highlight(index: number | undefined): void {
    for (const box of this.boxes())
      box.classList.toggle('highlighted', index !== undefined && box.dataset.index === `${index}`);
  }

  private box({ label, confidence, box }: Detection, index: number, { image, palette }: Omit<Drawing, 'detections'>) {
    const text = `${label} ${inPercent(confidence, 0)}`;
    const tag = element('span', { class: box.y < image.height * 0.08 ? 'tag inside' : 'tag' }, text);
    const attributes = { class: 'box', role: 'img', tabindex: '-1', 'aria-label': text, 'data-index': `${index}` };
    const drawn = element('div', attributes, tag);
    const { fill, ink } = palette(label);
    const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
    Object.assign(drawn.style, {
      left: share(box.x, image.width),
      top: share(box.y, image.height),
      width: share(box.width, image.width),
      height: share(box.height, image.height),
      zIndex: `${Math.round(1000 - (1000 * box.width * box.height) / (image.width * image.height))}`,
    });
    drawn.style.setProperty('--fill', fill);
    drawn.style.setProperty('--ink', ink);
    return drawn;
  }

  /** One tab stop for all boxes; arrow keys move between them (WAI-ARIA: roving tabindex). */
  private moveFocus(event: KeyboardEvent): void {
    const boxes = this.boxes();
    const at = boxes.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const next = boxes[(at + step + boxes.length) % boxes.length];
    for (const box of boxes) box.tabIndex = box === next ? 0 : -1;
    next?.focus();
  }

  private boxes(): HTMLElement[] {
    return [...this.layer.querySelectorAll<HTMLElement>('.box')];
  }
}

function indexOf(target: EventTarget | null): number | undefined {
  const box = target instanceof Element ? target.closest<HTMLElement>('.box') : null;
  return box ? Number(box.dataset.index) : undefined;
}
