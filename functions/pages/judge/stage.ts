import { byId, show } from '../common/element.ts';
import { PairView, type ShownPicture, type Zoom } from './pair-view.ts';
import { LEAST_SHOWN_MS, type PictureState } from './picture-state.ts';

/** What the page does when pictures of the visible pair have loaded, or have not. */
export interface StageContext {
  readonly onShown: () => void;
  readonly onFailed: () => void;
  /** What the colours mean. */
  readonly legend: string;
}

/** The pairs on the page, of which one is visible. The others are there so that their pictures load before. */
export class Stage {
  private readonly element = byId('stage', HTMLElement);
  private readonly context: StageContext;
  private readonly views = new Map<string, PairView>();
  private visible: PairView | undefined;
  private pictures: PictureState = { appeared: 0 };

  constructor(context: StageContext) {
    this.context = context;
  }

  /** Creates these pairs, those whose pictures did not load once more, and removes all others. */
  prepare(pairs: readonly ShownPicture[]): void {
    const kept = new Set(pairs.map(({ key }) => key));
    for (const [name, view] of this.views) {
      if (kept.has(name) && view.state !== 'failed') continue;
      view.element.remove();
      this.views.delete(name);
    }
    for (const pair of pairs) {
      if (this.views.has(pair.key)) continue;
      const view = new PairView(pair, pressed);
      show(view.element, false);
      this.views.set(pair.key, view);
      this.element.append(view.element);
    }
  }

  /** Makes one prepared pair visible. @returns undefined without a pair */
  show(pair: ShownPicture | undefined): PairView | undefined {
    const view = pair && this.views.get(pair.key);
    this.visible = view;
    this.pictures = { appeared: performance.now() };
    for (const each of this.views.values()) show(each.element, each === view);
    pressed(false);
    byId('legend', HTMLElement).textContent = view ? this.context.legend : '';
    if (view) void this.paint(view);
    return view;
  }

  /** When the visible pair appeared and was painted. */
  state(): PictureState {
    return this.pictures;
  }

  /** Whether the visible pair has a picture that did not load. */
  hasFailed(): boolean {
    return this.visible?.state === 'failed';
  }

  /** Zooms to the next part where the answers differ. @returns undefined without a pair */
  zoomOn(): Zoom | undefined {
    const zoom = this.visible?.zoomOn();
    if (zoom) pressed(zoom.isZoomed);
    return zoom;
  }

  private async paint(view: PairView): Promise<void> {
    const { element } = view;
    element.setAttribute('aria-busy', 'true');
    element.classList.add('loading');
    await view.loading;
    const { pictures } = this;
    if (view !== this.visible) return;
    element.classList.remove('loading');
    if (view.state === 'failed') {
      element.classList.add('broken');
      this.context.onFailed();
      return;
    }
    requestAnimationFrame(() => {
      if (this.pictures === pictures) this.pictures = { ...pictures, painted: performance.now() };
      setTimeout(() => element.removeAttribute('aria-busy'), LEAST_SHOWN_MS);
    });
    this.context.onShown();
  }
}

function pressed(zoomed: boolean): void {
  document.querySelector('[data-command="zoom"]')?.setAttribute('aria-pressed', String(zoomed));
}
