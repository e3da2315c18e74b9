import fc from 'fast-check';
import { unusedRanges } from '../../../local/storage/unused-ranges.ts';

test('bodies and unused ranges cover every byte of the files exactly once', () => {
  const pieces = fc.array(fc.record({ length: fc.nat(20), isUsed: fc.boolean() }), { maxLength: 20 });
  const check = (files: readonly { length: number; isUsed: boolean }[][], seed: number) => {
    const sizes = new Map<string, number>();
    const used: { file: string; at: number; length: number }[] = [];
    for (const [index, all] of files.entries()) {
      const file = `f${index}`;
      let at = 0;
      for (const { length, isUsed } of all) {
        if (isUsed) used.push({ file, at, length });
        at += length;
      }
      sizes.set(file, at);
    }
    const shuffled = used.toSorted((a, b) => ((a.at * 31 + seed) % 7) - ((b.at * 31 + seed) % 7));
    const counts = new Map([...sizes].map(([file, size]) => [file, new Array<number>(size).fill(0)]));
    for (const { file, at, length } of [...used, ...unusedRanges(sizes, shuffled)])
      for (let byte = at; byte < at + length; byte++)
        (counts.get(file) as number[])[byte] = (counts.get(file)?.[byte] ?? 0) + 1;
    expect(new Set([...counts.values()].flat())).toEqual(
      new Set([...sizes.values()].some((size) => size > 0) ? [1] : []),
    );
  };
  fc.assert(fc.property(fc.array(pieces, { maxLength: 3 }), fc.nat(100), check));
});

test('a body behind the end of a file that was cut, and one of no file, change nothing', () => {
  const places = [
    { file: 'cut', at: 2, length: 9 },
    { file: 'cut', at: 20, length: 5 },
    { file: 'gone', at: 0, length: 3 },
  ];
  expect(unusedRanges(new Map([['cut', 5]]), places)).toEqual([{ file: 'cut', at: 0, length: 2 }]);
});
