import fc from 'fast-check';
import { blockAt, isotonic, type Point } from '../../functions/accuracy/isotonic.ts';

const value = (points: readonly Point[], x: number) => {
  const blocks = isotonic(points);
  return blocks[blockAt(blocks, x)]?.value;
};

/**
 * The fit at each point by the max-min formula, which knows nothing of pooling: the largest, over the starts at or
 * before it, of the smallest mean of a row of points that ends at or after it (Barlow et al., Statistical inference
 * under order restrictions, 1972).
 */
function byMaxMin(points: readonly Required<Point>[]): number[] {
  const mean = (from: number, to: number) => {
    const row = points.slice(from, to + 1);
    return row.reduce((sum, { y, weight }) => sum + weight * y, 0) / row.reduce((sum, { weight }) => sum + weight, 0);
  };
  const indexes = [...points.keys()];
  return indexes.map((at) =>
    Math.max(...indexes.slice(0, at + 1).map((from) => Math.min(...indexes.slice(at).map((to) => mean(from, to))))),
  );
}

/** Points at different positions. */
const points = fc
  .uniqueArray(
    fc.record({
      x: fc.integer({ min: 0, max: 99 }),
      y: fc.integer({ min: 0, max: 4 }),
      weight: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 12, selector: ({ x }) => x },
  )
  .map((all) => all.toSorted((a, b) => a.x - b.x));

test('is what the max-min formula says, in any order of the points', () => {
  fc.assert(
    fc.property(points, (all) => {
      const reversed = all.toReversed();
      const differences = byMaxMin(all).map((expected, at) =>
        Math.abs((value(reversed, all[at]?.x ?? 0) ?? 9) - expected),
      );
      expect(Math.max(...differences)).toBeLessThan(1e-9);
    }),
  );
});

test('has the least squared error of all non-decreasing functions with few values', () => {
  const grid = [0, 0.25, 0.5, 0.75, 1];
  const functions = (length: number, from = 0): number[][] =>
    length === 0
      ? [[]]
      : grid.flatMap((y, at) => (at < from ? [] : functions(length - 1, at).map((rest) => [y, ...rest])));
  const ys = [0.5, 1, 0, 0.5, 1];
  const error = (fit: readonly number[]) =>
    fit.reduce((sum, fitted, at) => sum + (fitted - (ys[at] as number)) ** 2, 0);
  const all = ys.map((y, x) => ({ x, y }));
  const best = Math.min(...functions(ys.length).map(error));
  expect(all.map(({ x }) => value(all, x))).toEqual([0.5, 0.5, 0.5, 0.5, 1]);
  expect(error(all.map(({ x }) => value(all, x) as number))).toBeLessThanOrEqual(best);
});

test('keeps the weighted mean, and pools points of one position', () => {
  const all = [
    { x: 1, y: 0, weight: 3 },
    { x: 1, y: 1 },
    { x: 2, y: 0.25, weight: 2 },
  ];
  expect(isotonic(all)).toEqual([{ from: 1, value: 0.25, weight: 6 }]);
});

test('goes on with its first and last value outside of the points', () => {
  const all = [
    { x: 1, y: 0.2 },
    { x: 2, y: 0.6 },
  ];
  expect([-5, 1, 1.9, 2, 99].map((x) => value(all, x))).toEqual([0.2, 0.2, 0.2, 0.6, 0.6]);
});
