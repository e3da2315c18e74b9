import type { EndpointStatus } from '../common/api.ts';

type Nodes = readonly (Node | string)[];

/** A part of a card. */
export interface Part {
  show(status: EndpointStatus): void;
}

/**
 * A part that is created again only when its data changed, so that focus and selection stay.
 * @param select the data of the part
 * @param compared what of the data has to change. Default: any of it
 */
export function part<T>(
  container: HTMLElement,
  select: (status: EndpointStatus) => T,
  create: (data: T) => Nodes,
  compared: (data: T) => unknown = (data) => data,
): Part {
  let shown: string | undefined;
  return {
    show: (status) => {
      const data = select(status);
      const text = JSON.stringify(compared(data)) ?? '';
      if (text === shown) return;
      shown = text;
      container.replaceChildren(...create(data));
    },
  };
}
