import type { EndpointStatus } from '../common/api.ts';

type Nodes = readonly (Node | string)[];

/** A part of a card. */
export interface Part {
  show(status: EndpointStatus): void;
}

/**
 * A part that is created again only when its data changed, so that focus and selection stay.
 * @param select the data of the part
 */
export function part<T>(
  container: HTMLElement,
  select: (status: EndpointStatus) => T,
  create: (data: T) => Nodes,
): Part {
  let shown: string | undefined;
  return {
    show: (status) => {
      const data = select(status);
      const text = JSON.stringify(data);
      if (text === shown) return;
      shown = text;
      container.replaceChildren(...create(data));
    },
  };
}
