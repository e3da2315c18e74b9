/** Chooses the pictures of a contact sheet. Keeps only those, so that memory is bounded. */

import type { BatchLine } from '../../../functions/batch-contract.ts';

/** Pictures that are shown together. */
export interface SheetSection {
  readonly title: string;
  readonly lines: readonly BatchLine[];
}

/** Pictures of a section. */
const MOST = 12;

type Order = (a: BatchLine, b: BatchLine) => number;

/** By the id, which is a hash: the first ones are a random sample, the same in each report. */
const byId: Order = (a, b) => (a.id < b.id ? -1 : 1);
const byCount: Order = (a, b) => (b.count ?? 0) - (a.count ?? 0) || byId(a, b);
const byTime: Order = (a, b) => (b.ms ?? 0) - (a.ms ?? 0) || byId(a, b);

/** The first pictures of an order. */
class First {
  private lines: BatchLine[] = [];
  private readonly order: Order;

  constructor(order: Order) {
    this.order = order;
  }

  add(line: BatchLine): void {
    this.lines.push(line);
    if (this.lines.length >= 4 * MOST) this.lines = this.sorted;
  }

  get sorted(): BatchLine[] {
    return this.lines.toSorted(this.order).slice(0, MOST);
  }
}

export class SheetChoice {
  private readonly random = new First(byId);
  private readonly most = new First(byCount);
  private readonly none = new First(byId);
  private readonly slowest = new First(byTime);
  private readonly rejected = new First(byId);

  add(line: BatchLine): void {
    for (const first of this.listsOf(line)) first.add(line);
  }

  private listsOf({ status, count }: BatchLine): readonly First[] {
    if (status === 'rejected') return [this.rejected];
    return [this.random, this.slowest, count === 0 ? this.none : this.most];
  }

  /** Without empty sections. */
  get sections(): SheetSection[] {
    const all = [
      { title: 'Random', lines: this.random.sorted },
      { title: 'Most objects', lines: this.most.sorted },
      { title: 'Without objects', lines: this.none.sorted },
      { title: 'Slowest', lines: this.slowest.sorted },
      { title: 'Rejected', lines: this.rejected.sorted },
    ];
    return all.filter(({ lines }) => lines.length > 0);
  }
}
