import type { EndpointStatus } from '../common/api.ts';

type Nodes = readonly (Node | string)[];

/** A part of a card. */
export interface Part {
  show(status: EndpointStatus): void;
}

/**
 * A part that is made anew only when what it shows has changed: focus, selection and what is read out stay where they are.
 * @param select what of a status it shows
 */
export function part<T>(place: HTMLElement, select: (status: EndpointStatus) => T, make: (selected: T) => Nodes): Part {
  let shown: string | undefined;
  return {
    show: (status) => {
      const selected = select(status);
      const text = JSON.stringify(selected);
      if (text === shown) return;
      shown = text;
      place.replaceChildren(...make(selected));
    },
  };
}
