/** Finds the near neighbours of a picture among many scenes, without a comparison with each. */

import type { SeenPicture } from './scenes.ts';

/** Levels by which the luminance of the same cell may differ. */
const SAME_LEVELS = 4;

/** Cells by which scenes are sorted: the corners, and two from the middle. */
const CELLS = [0, 7, 56, 63, 27, 36] as const;

/** Levels of a range, so that levels that are the same are in one range, or in two that follow each other. */
const RANGE = 2 * SAME_LEVELS + 1;

/** Scenes with a known luminance. */
export class SceneIndex {
  /** By the ranges of the cells: neighbours whenever taken. */
  private readonly byRanges = new Map<number, string[]>();
  /** By minute and caller: neighbours of one camera. */
  private readonly byMinute = new Map<string, string[]>();

  add(picture: SeenPicture): void {
    const { luminance } = picture;
    if (luminance === undefined) return;
    let ranges = 0;
    for (const cell of CELLS) ranges = withRange(ranges, rangeOf(luminance.charCodeAt(cell)));
    push(this.byRanges, ranges, luminance);
    const minute = minuteOf(picture);
    if (minute !== undefined) push(this.byMinute, minute, luminance);
  }

  /** See `scenes.ts`. */
  hasNeighbour(picture: SeenPicture): boolean {
    const { luminance } = picture;
    if (luminance === undefined) return false;
    const minute = minuteOf(picture);
    const ofMinute = (minute !== undefined && this.byMinute.get(minute)) || [];
    if (ofMinute.some((other) => differAtMost(luminance.length / 2, luminance, other))) return true;
    return rangesNear(luminance).some((ranges) =>
      this.byRanges.get(ranges)?.some((other) => differAtMost(0, luminance, other)),
    );
  }
}

/** All that is not known is the same caller; a minute that is not known is no minute. */
function minuteOf({ minute, caller }: SeenPicture): string | undefined {
  return minute === undefined ? undefined : JSON.stringify([minute, caller]);
}

function rangeOf(level: number): number {
  return Math.floor(level / RANGE);
}

/** The ranges of several cells as one number. */
function withRange(before: number, range: number): number {
  return 16 * before + range;
}

/** The ranges that a neighbour's cells can have: one or two for each cell. */
function rangesNear(luminance: string): number[] {
  let all = [0];
  for (const cell of CELLS) {
    const level = luminance.charCodeAt(cell);
    const [from, to] = [rangeOf(level - SAME_LEVELS), rangeOf(level + SAME_LEVELS)];
    const next: number[] = [];
    for (let range = from; range <= to; range++) for (const before of all) next.push(withRange(before, range));
    all = next;
  }
  return all;
}

/** Whether at most so many cells differ. Stops at the first that is too many, because most pairs differ at once. */
function differAtMost(most: number, a: string, b: string): boolean {
  let differing = 0;
  for (let cell = 0; cell < a.length; cell++) {
    if (Math.abs(a.charCodeAt(cell) - b.charCodeAt(cell)) <= SAME_LEVELS) continue;
    differing += 1;
    if (differing > most) return false;
  }
  return true;
}

function push<Key>(lists: Map<Key, string[]>, key: Key, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
