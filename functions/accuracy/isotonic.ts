/**
 * Isotonic regression: the non-decreasing function with the least squared error, by pooling adjacent violators.
 *
 * Source: Ayer, Brunk, Ewing, Reid & Silverman, An empirical distribution function for sampling with incomplete
 * information, Ann. Math. Statist. 26 (1955); as calibration of scores: Zadrozny & Elkan, Transforming classifier
 * scores into accurate multiclass probability estimates, KDD 2002.
 */

/** A value that was seen at a position. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Over 0. Default 1. */
  readonly weight?: number;
}

/** A step of the function: it has `value` from `from` until the next step begins. */
export interface Block {
  readonly from: number;
  readonly value: number;
  /** Of the points in it. */
  readonly weight: number;
}

/**
 * The steps in order of their positions. Points of the same position are one. Before the first step, the function has
 * the first value.
 * @param points at least one
 */
export function isotonic(points: readonly Point[]): Block[] {
  const blocks: { from: number; sum: number; weight: number }[] = [];
  for (const { x, y, weight = 1 } of points.toSorted((a, b) => a.x - b.x)) {
    const last = blocks.at(-1);
    if (last?.from === x) {
      last.sum += weight * y;
      last.weight += weight;
    } else {
      pool(blocks);
      blocks.push({ from: x, sum: weight * y, weight });
    }
  }
  pool(blocks);
  return blocks.map(({ from, sum, weight }) => ({ from, value: sum / weight, weight }));
}

/** Joins the last blocks until their values rise. */
function pool(blocks: { from: number; sum: number; weight: number }[]): void {
  for (;;) {
    const [before, last] = [blocks.at(-2), blocks.at(-1)];
    if (!before || !last || before.sum / before.weight < last.sum / last.weight) return;
    blocks.pop();
    before.sum += last.sum;
    before.weight += last.weight;
  }
}

/** Index of the step that a position is in. */
export function blockAt(blocks: readonly Block[], x: number): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle] as Block).from <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}
