import { Random } from '../../bench/simulation/random.ts';
import { type Decided, type Estimate, type Estimated, estimateError } from '../../functions/accuracy/estimate.ts';

const random = new Random(5);

/** The mean error of answers with this doubt. */
const errorAt = (doubt: number) => 0.02 + 0.6 * doubt ** 2;

/** A decided picture whose answer is wrong, or right, by chance. */
function decided(doubt = random.uniform(), time = 0, mean = errorAt(doubt)): Decided {
  return { time, doubt, error: random.chance(mean) ? 1 : 0, weight: 1 };
}

const many = (count: number, each: (index: number) => Decided) =>
  Array.from({ length: count }, (_, index) => each(index));
const doubtsOf = (all: readonly Decided[]) => all.map(({ doubt }) => doubt);
const meanError = (all: readonly Decided[]) => all.reduce((sum, { error }) => sum + error, 0) / all.length;

/** Share of the runs whose interval has the true value. */
function coverage(runs: number, run: () => { estimate: Estimate; truth: number }): number {
  const inside = Array.from({ length: runs }, run).filter(({ estimate, truth }) => {
    return estimate.by !== 'nothing' && estimate.low <= truth && truth <= estimate.high;
  });
  return inside.length / runs;
}

describe('by confidences, the interval has the true error of the pictures', () => {
  test.each([
    [50, 'like the decided ones', () => random.uniform()],
    [200, 'like the decided ones', () => random.uniform()],
    [200, 'with larger doubts, which mean what they meant', () => 0.4 + 0.6 * random.uniform()],
  ])('of %i decisions in 95 of 100 runs, where pictures are %s', (count, _, doubt) => {
    const share = coverage(200, () => {
      const period = many(300, () => decided(doubt()));
      const others = many(count, (time) => decided(random.uniform(), time));
      return { estimate: estimateError(doubtsOf(period), { others, within: [] }), truth: meanError(period) };
    });
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  test('also where nobody has seen an error yet', () => {
    const others = many(60, (time) => ({ ...decided(0.1, time), error: 0 }));
    const { error, low, high } = estimateError([0.1, 0.1], { others, within: [] }) as Estimated;
    expect([error, low]).toEqual([0, 0]);
    expect(high).toBeCloseTo(0.068, 3);
  });

  test('is wider by as much as the doubts moved the estimate', () => {
    const others = many(400, (time) => decided(random.uniform(), time));
    const same = estimateError(doubtsOf(others), { others, within: [] }) as Estimated;
    const more = estimateError(
      many(300, () => decided(0.7 + 0.3 * random.uniform())).map(({ doubt }) => doubt),
      { others, within: [] },
    ) as Estimated;
    expect(same.error).toBeCloseTo(meanError(others), 9);
    expect(more.decided).toBeCloseTo(meanError(others), 9);
    expect(more.high - more.low).toBeGreaterThan(2 * (more.error - meanError(others)));
  });
});

describe('by decisions on pictures of the period', () => {
  test('the interval has the true error in 95 of 100 runs, whatever a doubt stands for now', () => {
    const share = coverage(200, () => {
      const period = many(300, () => decided(random.uniform(), 0, 0.5));
      const within = period.slice(0, 40);
      const others = many(100, (time) => decided(random.uniform(), time));
      return { estimate: estimateError(doubtsOf(period), { others, within }), truth: meanError(period) };
    });
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  test('confidences make it narrower where they tell something', () => {
    const sharp = (doubt: number, time = 0) => ({ ...decided(doubt, time), error: doubt });
    const period = many(400, () => sharp(random.uniform()));
    const others = many(100, (time) => sharp(random.uniform(), time));
    const width = (known: readonly Decided[]) => {
      const found = estimateError(doubtsOf(period), { others: known, within: period.slice(0, 40) });
      return found.by === 'decisions' ? found.high - found.low : Number.NaN;
    };
    expect(width(others)).toBeLessThan(0.6 * width([]));
  });
});

describe('it cannot be told', () => {
  test('with too few decisions: how many more are needed', () => {
    const others = many(27, (time) => decided(random.uniform(), time));
    const estimate = estimateError([0.5], { others, within: [] });
    expect(estimate).toEqual({ by: 'nothing', reason: 'decisions', decisions: 27, more: 23 });
    const within = many(10, () => decided());
    expect(estimateError([0.5], { others, within })).toMatchObject({ decisions: 37, more: 13 });
  });

  test('where few of the decided pictures are like those of the period', () => {
    const others = [...many(100, (time) => ({ ...decided(0.1, time), error: 0 })), decided(0.9, 100, 1)];
    const within = many(4, (time) => ({ ...decided(0.9, time), error: 1 }));
    const estimate = estimateError([0.9, 0.95, 1], { others, within });
    expect(estimate).toEqual({ by: 'nothing', reason: 'unlike', decisions: 105, more: 26 });
  });

  test('without a picture', () => {
    expect(estimateError([], { others: [], within: [] })).toEqual({
      by: 'nothing',
      reason: 'pictures',
      decisions: 0,
      more: 0,
    });
  });
});
