import { Random } from '../../bench/simulation/random.ts';
import { type Decided, type Estimate, type Estimated, estimateError } from '../../functions/accuracy/estimate.ts';

const random = new Random(5);

/** The chance that an answer with this doubt misses one of its two objects. */
const chanceAt = (doubt: number) => 0.02 + 0.6 * doubt ** 2;

/** An answer to a picture with two objects, which misses one of them by chance. */
function decided(doubt = random.uniform(), time = 0, chance = chanceAt(doubt)): Decided {
  const found = random.chance(chance) ? 1 : 2;
  return { time, doubt, found, truth: 2, error: 1 - found / 2, weight: 1 };
}

/** One that is right. */
const right = (doubt: number, time = 0): Decided => ({ time, doubt, found: 2, truth: 2, error: 0, weight: 1 });
/** One whose doubt is its error: it is right, or finds nothing. */
function foretold(time = 0): Decided {
  const found = random.chance(0.7) ? 2 : 0;
  return { ...right(1 - found / 2, time), found, error: 1 - found / 2 };
}

const many = (count: number, each: (index: number) => Decided) => Array.from({ length: count }, (_, at) => each(at));
const meanError = (all: readonly Decided[]) => all.reduce((sum, { error }) => sum + error, 0) / all.length;

/** Share of the runs whose interval has the true value. */
function coverage(run: () => { estimate: Estimate; truth: number }): number {
  const runs = Array.from({ length: 20 }, run);
  const inside = runs.filter(({ estimate, truth }) => {
    return estimate.by !== 'nothing' && estimate.low <= truth && truth <= estimate.high;
  });
  return inside.length / runs.length;
}

describe('by confidences, the interval has the true error of the pictures', () => {
  test.each([
    [50, 'like the decided ones', () => random.uniform()],
    [120, 'like the decided ones', () => random.uniform()],
    [120, 'with larger doubts, which mean what they meant', () => 0.4 + 0.6 * random.uniform()],
  ])('of %i decisions in 19 of 20 runs, where pictures are %s', (count, _, doubt) => {
    const share = coverage(() => {
      const period = many(100, () => decided(doubt()));
      const others = many(count, (time) => decided(random.uniform(), time));
      return { estimate: estimateError(period, { others, within: [] }), truth: meanError(period) };
    });
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  test('also where more objects are missed, and no doubt tells it', () => {
    const share = coverage(() => {
      const period = many(100, () => decided(0.1, 0, 0.5));
      const others = many(120, (time) => decided(0.1, time, 0.1));
      return { estimate: estimateError(period, { others, within: [] }), truth: meanError(period) };
    });
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  test('has a width where nobody has seen an error yet', () => {
    const others = many(60, (time) => right(0.1, time));
    const { error, low, high } = estimateError(
      many(60, () => right(0.1)),
      { others, within: [] },
    ) as Estimated;
    expect([error, low]).toEqual([0, 0]);
    expect(high).toBeCloseTo(0.068, 3);
  });

  test('reaches from fewer objects to more misses', () => {
    const others = many(200, (time) => decided(0.1, time, 0.1));
    const period = many(200, () => ({ ...right(0.1), found: 1 }));
    const { error, otherwise, low, high } = estimateError(period, { others, within: [] }) as Estimated;
    expect(error).toBeCloseTo(meanError(others), 9);
    expect(otherwise?.found).toBe('fewer');
    expect(otherwise?.error).toBeGreaterThan(0.4);
    expect(low).toBeLessThan(error);
    expect(high).toBeGreaterThan(otherwise?.error ?? 1);
  });
});

describe('by decisions on pictures of the period', () => {
  test('the interval has the true error in 19 of 20 runs, whatever a doubt stands for now', () => {
    const share = coverage(() => {
      const period = many(300, () => decided(random.uniform(), 0, 0.5));
      const within = period.slice(0, 40);
      const others = many(100, (time) => decided(random.uniform(), time));
      return { estimate: estimateError(period, { others, within }), truth: meanError(period) };
    });
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  test('confidences make it narrower where they tell something', () => {
    const period = many(400, () => foretold());
    const width = (others: readonly Decided[]) => {
      const found = estimateError(period, { others, within: period.slice(0, 40) });
      return found.by === 'decisions' ? found.high - found.low : Number.NaN;
    };
    expect(width(many(100, foretold))).toBeLessThan(0.9 * width([]));
  });

  test('counts scenes, not pictures', () => {
    const within = many(58, () => ({ ...right(0.1), weight: 0.5 }));
    expect(estimateError(within, { others: [], within })).toMatchObject({ by: 'nothing', decisions: 29, more: 1 });
  });
});

describe('it cannot be told', () => {
  const period = [right(0.5)];

  test('with too few decisions: how many more are needed', () => {
    const others = many(27, (time) => decided(random.uniform(), time));
    const estimate = estimateError(period, { others, within: [] });
    expect(estimate).toEqual({ by: 'nothing', reason: 'decisions', decisions: 27, more: 23 });
    const within = many(10, () => decided());
    expect(estimateError(period, { others, within })).toMatchObject({ decisions: 37, more: 13 });
  });

  test('where few of the decided pictures are like those of the period', () => {
    const others = [...many(100, (time) => right(0.1, time)), { ...right(0.9, 100), found: 0, error: 1 }];
    const within = many(4, (time) => ({ ...right(0.9, time), found: 0, error: 1 }));
    const estimate = estimateError([right(0.9), right(0.95), right(1)], { others, within });
    expect(estimate).toEqual({ by: 'nothing', reason: 'unlike', decisions: 105, more: 26 });
  });
});
