import fc from 'fast-check';
import { assign, type Edge } from '../../functions/judge/assignment.ts';

const edge = (row: number, column: number, weight: number): Edge => ({ row, column, weight });

/** Every row and column pair at most once, weights as IoUs of matches are. */
function edges(rows: number, columns: number): fc.Arbitrary<Edge[]> {
  const weight = fc.double({ min: 0.5, max: 1, noNaN: true });
  return fc
    .uniqueArray(fc.tuple(fc.nat(rows - 1), fc.nat(columns - 1), weight), {
      selector: ([row, column]) => row * columns + column,
      maxLength: rows * columns,
    })
    .map((all) => all.map(([row, column, each]) => edge(row, column, each)));
}

/** The best by trying everything: most edges, then most weight. */
function best(all: readonly Edge[], from = 0, rows = new Set<number>(), columns = new Set<number>()): [number, number] {
  const next = all[from];
  if (!next) return [0, 0];
  const without = best(all, from + 1, rows, columns);
  if (rows.has(next.row) || columns.has(next.column)) return without;
  const [count, weight] = best(all, from + 1, new Set(rows).add(next.row), new Set(columns).add(next.column));
  const withIt: [number, number] = [count + 1, weight + next.weight];
  const better = withIt[0] > without[0] || (withIt[0] === without[0] && withIt[1] > without[1]);
  return better ? withIt : without;
}

function total(all: readonly Edge[]): number {
  return all.reduce((sum, { weight }) => sum + weight, 0);
}

describe('assign', () => {
  test('takes the heavier edge', () => {
    expect(assign([edge(0, 0, 0.6), edge(0, 1, 0.9)])).toEqual([edge(0, 1, 0.9)]);
  });

  test('prefers two edges to one heavier one', () => {
    const chosen = assign([edge(0, 0, 1), edge(0, 1, 0.5), edge(1, 0, 0.5)]);
    expect(chosen).toEqual([edge(0, 1, 0.5), edge(1, 0, 0.5)]);
  });

  test('a greedy choice would be wrong: the heaviest edge is not in the heaviest two', () => {
    const chosen = assign([edge(0, 0, 0.9), edge(0, 1, 0.8), edge(1, 0, 0.8), edge(1, 1, 0.5)]);
    expect(chosen).toEqual([edge(0, 1, 0.8), edge(1, 0, 0.8)]);
  });

  test('a chain that only re-assigning every earlier row completes', () => {
    // Each row could take the column before its own; only then does the last row find one.
    const size = 40;
    const chain = Array.from({ length: size }, (_, row) => [edge(row, row, 1), edge(row, (row + 1) % size, 0.5)]);
    const all = chain.flat().filter(({ row, column }) => !(row === size - 1 && column === size - 1));
    expect(assign(all)).toHaveLength(size);
  });

  test('of nothing is nothing', () => {
    expect(assign([])).toEqual([]);
  });

  test('has as many edges and as much weight as the best of all matchings', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 })).chain(([r, c]) => edges(r, c)),
        (all) => {
          const chosen = assign(all);
          const [count, weight] = best(all);
          expect(chosen).toHaveLength(count);
          expect(total(chosen)).toBeCloseTo(weight, 9);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('uses each row and column once, only given edges, in order of rows', () => {
    fc.assert(
      fc.property(edges(9, 7), (all) => {
        const chosen = assign(all);
        expect(new Set(chosen.map(({ row }) => row)).size).toBe(chosen.length);
        expect(new Set(chosen.map(({ column }) => column)).size).toBe(chosen.length);
        expect(chosen.every((each) => all.includes(each))).toBe(true);
        expect(chosen.map(({ row }) => row)).toEqual(chosen.map(({ row }) => row).toSorted((a, b) => a - b));
      }),
    );
  });

  test('is as good with rows and columns exchanged, and in any order of edges', () => {
    fc.assert(
      fc.property(edges(6, 8), (all) => {
        const turned = all.map(({ row, column, weight }) => edge(column, row, weight)).toReversed();
        expect(assign(turned)).toHaveLength(assign(all).length);
        expect(total(assign(turned))).toBeCloseTo(total(assign(all)), 9);
      }),
    );
  });
});
