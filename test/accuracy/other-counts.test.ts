import { Random } from '../../bench/simulation/random.ts';
import { type Count, withOtherCounts } from '../../functions/accuracy/other-counts.ts';
import { countError } from '../../functions/judge/agreement.ts';

const random = new Random(3);

/** A model that finds each object with this chance, and as many false ones on average. */
function answer(objects: number, chance: number, invented: number): number {
  const right = Array.from({ length: objects }, () => random.chance(chance)).filter(Boolean).length;
  return right + random.poisson(invented);
}

const truths = Array.from({ length: 4000 }, () => random.poisson(3));
const decided = truths.map((truth): Count => ({ truth, found: answer(truth, 0.8, 0.1), weight: 1 }));

test.each([
  ['the same', 0.8, 0.1],
  ['more missed', 0.5, 0.0625],
  ['more invented', 0.8, 0.6],
])('with %s, it is the error of that model', (_, chance, invented) => {
  const period = truths.map((truth) => ({ truth, found: answer(truth, chance, invented) }));
  const error = period.reduce((sum, { truth, found }) => sum + countError(truth, found), 0) / period.length;
  expect(
    withOtherCounts(
      decided,
      period.map(({ found }) => found),
    ).error,
  ).toBeCloseTo(error, 1.5);
});

test('nothing found at all is every object missed', () => {
  const all = [
    { truth: 2, found: 2, weight: 1 },
    { truth: 0, found: 0, weight: 1 },
  ];
  expect(withOtherCounts(all, [0, 0]).error).toBeCloseTo(0.5, 3);
});

test('scenes count once', () => {
  const all = [
    { truth: 2, found: 1, weight: 0.25 },
    { truth: 2, found: 1, weight: 0.25 },
    { truth: 4, found: 4, weight: 0.5 },
  ];
  expect(withOtherCounts(all, [1, 4]).error).toBeCloseTo(0.25, 3);
});
