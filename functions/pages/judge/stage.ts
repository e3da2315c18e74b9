import type { PairToJudge } from '../../api/judge-schemas.ts';
import { byId, show } from '../common/element.ts';
import { PairView } from './pair-view.ts';

/** The pairs on the page, of which one is visible. The others are there so that their pictures load before. */
export class Stage {
  private readonly element = byId('stage', HTMLElement);
  private readonly views = new Map<string, PairView>();
  private visible: PairView | undefined;

  /** Creates these pairs, and removes all others. */
  prepare(pairs: readonly PairToJudge[]): void {
    const kept = new Set(pairs.map(({ pair }) => pair));
    for (const [name, view] of this.views) {
      if (kept.has(name)) continue;
      view.element.remove();
      this.views.delete(name);
    }
    for (const pair of pairs) {
      if (this.views.has(pair.pair)) continue;
      const view = new PairView(pair, pressed);
      show(view.element, false);
      this.views.set(pair.pair, view);
      this.element.append(view.element);
    }
  }

  /** Makes one prepared pair visible. @returns undefined without a pair */
  show(pair: PairToJudge | undefined): PairView | undefined {
    this.visible = pair && this.views.get(pair.pair);
    for (const view of this.views.values()) show(view.element, view === this.visible);
    pressed(false);
    byId('legend', HTMLElement).textContent = this.visible ? LEGEND : '';
    const shown = this.visible;
    shown?.element.setAttribute('aria-busy', 'true');
    shown?.loaded().then(
      () => shown.element.removeAttribute('aria-busy'),
      () => shown.element.classList.add('broken'),
    );
    return shown;
  }

  toggleZoom(): void {
    if (this.visible) pressed(this.visible.toggleZoom());
  }
}

const LEGEND = 'Orange: only in this answer. White: in both.';

function pressed(zoomed: boolean): void {
  document.querySelector('[data-command="zoom"]')?.setAttribute('aria-pressed', String(zoomed));
}
