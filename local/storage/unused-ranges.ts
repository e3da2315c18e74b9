import type { Place } from './place.ts';

/**
 * What no body uses of files.
 * @param sizes of all files, bytes
 * @param places of all bodies; those of other files are left out
 */
export function unusedRanges(sizes: ReadonlyMap<string, number>, places: Iterable<Place>): Place[] {
  const used = Map.groupBy(places, ({ file }) => file);
  return [...sizes].flatMap(([file, size]) => gapsBetween(used.get(file) ?? [], { file, at: 0, length: size }));
}

function gapsBetween(places: readonly Place[], whole: Place): Place[] {
  const gaps: Place[] = [];
  let end = 0;
  for (const { at, length } of [...places.toSorted((a, b) => a.at - b.at), { at: whole.length, length: 0 }]) {
    // Because a file can have lost its end.
    const next = Math.min(at, whole.length);
    if (next > end) gaps.push({ file: whole.file, at: end, length: next - end });
    end = Math.max(end, at + length);
  }
  return gaps;
}
