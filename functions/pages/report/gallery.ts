/** The gallery of a report: filters pictures, shows and hides boxes. */

/** Wires the gallery within `root`, if there is one. */
export function wireGallery(root: ParentNode): void {
  const gallery = root.querySelector<HTMLElement>('#gallery');
  if (!gallery) return;
  const kinds = [...root.querySelectorAll<HTMLElement>('[data-kind]')];
  for (const button of kinds) {
    button.addEventListener('click', () => {
      for (const other of kinds) press(other, other === button);
      const shown = filter(gallery, button.dataset.kind ?? 'all');
      const none = root.querySelector<HTMLElement>('#none');
      if (none) none.hidden = shown > 0;
    });
  }
  for (const button of root.querySelectorAll<HTMLElement>('[data-boxes]')) wireBoxes(button, gallery);
}

/** @returns the number of pictures shown */
function filter(gallery: HTMLElement, kind: string): number {
  const figures = [...gallery.querySelectorAll<HTMLElement>('figure')];
  for (const figure of figures) {
    figure.hidden = kind !== 'all' && !(figure.dataset.kinds ?? '').split(',').includes(kind);
  }
  return figures.filter(({ hidden }) => !hidden).length;
}

/** A button that hides boxes is pressed while they are visible. */
function wireBoxes(button: HTMLElement, gallery: HTMLElement): void {
  const { boxes = '' } = button.dataset;
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    press(button, on);
    gallery.classList.toggle(boxes, boxes.startsWith('hide-') ? !on : on);
  });
}

function press(button: HTMLElement, on: boolean): void {
  button.setAttribute('aria-pressed', String(on));
}
