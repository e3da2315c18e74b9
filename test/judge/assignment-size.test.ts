import { assign } from '../../functions/judge/assignment.ts';

test('finds the best of three hundred by three hundred edges in one part', () => {
  // Weights that fall with distance from the diagonal: the best is the diagonal, and each row alone prefers it.
  const size = 300;
  const all = Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    return { row, column, weight: 1 - (0.5 * Math.abs(row - column)) / size };
  });
  expect(assign(all).map(({ column }) => column)).toEqual(Array.from({ length: size }, (_, row) => row));
});
