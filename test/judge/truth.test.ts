import fc from 'fast-check';
import { explainFinding } from '../../functions/judge/explain.ts';
import { explainTruth } from '../../functions/judge/explain-truth.ts';
import type { FindingOf } from '../../functions/judge/finding.ts';
import { agreedCount } from '../../functions/judge/picture-value.ts';
import {
  decisionsToCome,
  fewestToCome,
  NOTHING_JUDGED,
  tallyTruth,
  truthOutcome,
} from '../../functions/judge/truth.ts';
import type { TruthTest } from '../../functions/plan/truth-test.ts';

const BETTER: TruthTest = { goal: 'better' };
const NOT_WORSE: TruthTest = { goal: 'notWorse', margin: 0.1 };
const ALPHA = { rollback: 0.001, promote: 0.01 };

const times = (count: number, picture: { live: number; candidate: number; people: readonly number[] }) =>
  Array.from({ length: count }, () => picture);

describe('the count of people', () => {
  test('is the median: one typo among three does not decide', () => {
    expect(agreedCount([3, 3, 30])).toBe(3);
    expect(agreedCount([4])).toBe(4);
    expect(agreedCount([30, 3, 3])).toBe(3);
    expect(agreedCount([8, 9, 1, 2, 9])).toBe(8);
    expect(agreedCount([4, 5])).toBe(4.5);
    expect(agreedCount([3, 5])).toBe(4);
    expect(agreedCount([100, 110])).toBe(105);
  });

  test('is unknown where not more than half are near the median', () => {
    expect(agreedCount([3, 9])).toBeUndefined();
    expect(agreedCount([1, 10, 30])).toBeUndefined();
    expect(agreedCount([1, 10, 11, 30])).toBeUndefined();
  });

  test('does not depend on the order', () => {
    const counts = fc.array(fc.nat(50), { minLength: 1, maxLength: 7 });
    fc.assert(fc.property(counts, (all) => agreedCount(all) === agreedCount(all.toReversed())));
  });
});

test('a picture on which people do not agree is no evidence, one without a count is open', () => {
  const tally = tallyTruth([
    { live: 2, candidate: 4, people: [4] },
    { live: 2, candidate: 4, people: [4, 9] },
    { live: 2, candidate: 4, people: [] },
  ]);
  expect(tally).toEqual({ sample: [[0.75, 1]], errors: { live: 0.5, candidate: 0 }, unclear: 1, open: 1 });
});

test('the sample has its values in order', () => {
  const seen = [4, 5, 3].map((candidate) => ({ live: 4, candidate, people: [6] }));
  const { sample } = tallyTruth([...seen, ...seen]);
  expect(sample.map(([, count]) => count)).toEqual([2, 2, 2]);
  expect(sample.map(([value]) => value)).toEqual(sample.map(([value]) => value).toSorted((a, b) => a - b));
});

test('the swap of both versions mirrors the sample', () => {
  const picture = fc.record({ live: fc.nat(20), candidate: fc.nat(20), people: fc.array(fc.nat(20)) });
  const swapped = (all: readonly { live: number; candidate: number; people: number[] }[]) =>
    all.map(({ live, candidate, people }) => ({ live: candidate, candidate: live, people }));
  const mean = ({ sample }: ReturnType<typeof tallyTruth>) =>
    sample.reduce((sum, [value, count]) => sum + (value - 0.5) * count, 0);
  fc.assert(
    fc.property(fc.array(picture), (all) => {
      expect(mean(tallyTruth(all)) + mean(tallyTruth(swapped(all)))).toBeCloseTo(0, 2);
    }),
  );
});

describe('the outcome', () => {
  const outcome = (pictures: Parameters<typeof tallyTruth>[0], by = BETTER) =>
    truthOutcome(tallyTruth(pictures).sample, by, ALPHA);

  test('promotes a candidate that is nearer to people, rolls one back that is farther', () => {
    expect(outcome(times(30, { live: 2, candidate: 4, people: [5] }))).toBe('promote');
    expect(outcome(times(40, { live: 4, candidate: 2, people: [5] }))).toBe('roll back');
  });

  test('holds without a picture, and where both are equally far', () => {
    expect(outcome([])).toBe('hold');
    expect(outcome(times(500, { live: 4, candidate: 6, people: [5] }))).toBe('hold');
  });

  test('with notWorse, promotes an equal candidate, and rolls back beyond the margin only', () => {
    expect(outcome(times(500, { live: 4, candidate: 6, people: [5] }), NOT_WORSE)).toBe('promote');
    expect(outcome(times(500, { live: 19, candidate: 18, people: [20] }), NOT_WORSE)).toBe('promote');
    expect(outcome(times(500, { live: 19, candidate: 14, people: [20] }), NOT_WORSE)).toBe('roll back');
  });

  test('is not decided by one picture', () => {
    expect(outcome(times(1, { live: 0, candidate: 5, people: [5] }))).toBe('hold');
  });
});

/** Pictures with errors of 0 or 1 by chance, judged after each; how the first verdict is distributed. */
function simulate(runs: number, by: TruthTest, [live, candidate]: readonly [number, number]) {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const outcomes = { promote: 0, 'roll back': 0, hold: 0 };
  for (let run = 0; run < runs; run += 1) {
    const counts = new Map([0, 0.5, 1].map((value) => [value, 0]));
    let outcome: keyof typeof outcomes = 'hold';
    for (let picture = 0; picture < 200 && outcome === 'hold'; picture += 1) {
      const x = (1 + Number(random() < live) - Number(random() < candidate)) / 2;
      counts.set(x, (counts.get(x) ?? 0) + 1);
      outcome = truthOutcome([...counts], by, { rollback: 0.01, promote: 0.01 });
    }
    outcomes[outcome] += 1;
  }
  return outcomes;
}

test('the stated risks hold for equal candidates, and at the margin, with a look after each decision', () => {
  const equal = simulate(400, BETTER, [0.4, 0.4]);
  expect(equal.promote).toBeLessThanOrEqual(4);
  expect(equal['roll back']).toBeLessThanOrEqual(4);
  expect(simulate(400, NOT_WORSE, [0.4, 0.5]).promote).toBeLessThanOrEqual(4);
  const better = simulate(200, BETTER, [0.8, 0.3]);
  expect(better['roll back']).toBe(0);
  expect(better.promote).toBeGreaterThan(193);
});

describe('decisions to come', () => {
  test('are those that the same distribution needs', () => {
    const pictures = times(10, { live: 2, candidate: 4, people: [5] });
    const { sample } = tallyTruth(pictures);
    const more = decisionsToCome(sample, BETTER, ALPHA) as number;
    expect(truthOutcome([[sample[0]?.[0] as number, 10 + more]], BETTER, ALPHA)).toBe('promote');
    expect(truthOutcome([[sample[0]?.[0] as number, 9 + more]], BETTER, ALPHA)).toBe('hold');
  });

  test('are unknown after few decisions, and between equals', () => {
    const few = tallyTruth(times(4, { live: 2, candidate: 4, people: [5] }));
    expect(decisionsToCome(few.sample, BETTER, ALPHA)).toBeUndefined();
    expect(decisionsToCome([[0.5, 100]], BETTER, ALPHA)).toBeUndefined();
  });
});

describe('the fewest decisions to come', () => {
  const outcome = (sample: Parameters<typeof truthOutcome>[0]) => truthOutcome(sample, BETTER, ALPHA);

  test('are all for the version that is nearer to its proof', () => {
    const first = fewestToCome([], BETTER, ALPHA);
    expect([outcome([[1, first]]), outcome([[1, first - 1]])]).toEqual(['promote', 'hold']);
    const worse = [[0, 12]] as const;
    const more = fewestToCome(worse, BETTER, ALPHA);
    expect([outcome([[0, 12 + more]]), outcome([[0, 11 + more]])]).toEqual(['roll back', 'hold']);
    expect(outcome([...worse, [1, more]])).toBe('hold');
  });

  test('are none after a proof, and a thousand at most', () => {
    expect(fewestToCome([[1, 30]], BETTER, ALPHA)).toBe(0);
    expect(fewestToCome([[0.5, 1e9]], { goal: 'notWorse', margin: 0 }, { rollback: 1e-300, promote: 1e-300 })).toBe(
      1000,
    );
  });
});

describe('in words', () => {
  const words = (pictures: Parameters<typeof tallyTruth>[0], by = BETTER) => {
    const tally = tallyTruth(pictures);
    const outcome = truthOutcome(tally.sample, by, ALPHA);
    return explainFinding({ kind: 'truth', outcome, tally, test: by, alpha: ALPHA } satisfies FindingOf<'truth'>);
  };

  test('both versions are shown against people', () => {
    expect(words(times(30, { live: 2, candidate: 4, people: [5] }))).toBe(
      '30 pictures judged by people: count error of live 60 %, of the candidate 20 %: better with 99 % certainty',
    );
    expect(words(times(40, { live: 4, candidate: 2, people: [5] }))).toBe(
      '40 pictures judged by people: count error of live 20 %, of the candidate 60 %: worse with 99.9 % certainty',
    );
    expect(words(times(500, { live: 19, candidate: 14, people: [20] }), NOT_WORSE)).toContain(
      'count error of live 5 %, of the candidate 30 %: worse by more than 10 points with 99.9 % certainty',
    );
  });

  test('a margin is in points, a goal that is reached in its words', () => {
    expect(words(times(500, { live: 4, candidate: 6, people: [5] }), NOT_WORSE)).toMatch(
      /: not worse by more than 10 points with 99 % certainty$/,
    );
    const point = { goal: 'notWorse', margin: 0.01 } as const;
    expect(words(times(3, { live: 4, candidate: 4, people: [5] }), point)).toBe(
      '3 pictures judged by people: count error of live 20 %, of the candidate 20 %: not yet proven whether it is ' +
        'worse by more than 1 point',
    );
  });

  test('nothing is judged yet', () => {
    const finding = { kind: 'truth', outcome: 'hold', test: BETTER, alpha: ALPHA } as const;
    expect(explainFinding({ ...finding, tally: NOTHING_JUDGED })).toBe('no picture judged by people yet');
  });

  test('one of several pictures decides', () => {
    const unclear = { live: 2, candidate: 4, people: [2, 9] };
    expect(words([{ live: 2, candidate: 4, people: [4] }, unclear])).toBe(
      '1 picture decides (2 judged by people; on 1 people differ): count error of live 50 %, of the candidate 0 %: ' +
        'not yet proven to be better or worse',
    );
  });

  test('a hold says what is open', () => {
    expect(words([...times(2, { live: 1, candidate: 2, people: [] })])).toBe(
      'no picture judged by people yet (2 pictures to judge)',
    );
    expect(words([...times(6, { live: 2, candidate: 4, people: [5] }), { live: 1, candidate: 2, people: [] }])).toMatch(
      /: not yet proven to be better or worse; likely after \d+ more decisions \(1 picture to judge\)$/,
    );
  });

  test('after the end, nothing is still to come', () => {
    const atEnd = (pictures: Parameters<typeof tallyTruth>[0]) => {
      const tally = tallyTruth(pictures);
      return explainTruth({ kind: 'truth', outcome: 'hold', tally, test: BETTER, alpha: ALPHA }, { isOver: true });
    };
    expect(atEnd(times(2, { live: 1, candidate: 2, people: [] }))).toBe('no picture judged by people');
    expect(atEnd([...times(6, { live: 2, candidate: 4, people: [5] }), { live: 1, candidate: 2, people: [] }])).toMatch(
      /: not proven to be better or worse$/,
    );
  });
});
