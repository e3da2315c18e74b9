import fc from 'fast-check';
import { challengerTable, FIELDS, simulateField } from '../../bench/simulation/challengers.ts';
import {
  type ChallengeResult,
  type Contender,
  gainOf,
  judgeChallengers,
  meanError,
  picturesToCome,
} from '../../functions/judge/challengers.ts';
import { fewestBlocks } from '../../functions/judge/labels.ts';

const errors = (count: number, error: number) => Array.from({ length: count }, () => error);
const named = (result: ChallengeResult, name: string) => result.challenges.find((each) => each.name === name);

describe('the winner', () => {
  const live = errors(100, 0.5);

  test('is best where it is proven better than live and every other challenger', () => {
    const result = judgeChallengers(live, [
      { name: 'weak', errors: errors(100, 0.48) },
      { name: 'strong', errors: errors(100, 0.1) },
      { name: 'broken', errors: errors(100, 1) },
    ]);
    expect(result.winner).toEqual({ name: 'strong', claim: 'best', equals: [] });
    expect(result.challenges.map(({ verdict }) => verdict)).toEqual(['unclear', 'better', 'worse']);
    expect(named(result, 'weak')?.behind).toEqual(['strong']);
    expect(named(result, 'broken')?.behind).toEqual(['weak', 'strong']);
    expect(named(result, 'strong')?.behind).toEqual([]);
  });

  test('is only better than live where another is not proven worse, and has the largest proven gain of them', () => {
    const result = judgeChallengers(live, [
      { name: 'one', errors: errors(100, 0.1) },
      { name: 'two', errors: errors(100, 0.09) },
    ]);
    expect(result.winner).toEqual({ name: 'two', claim: 'better', equals: ['one'] });
  });

  test('is nobody where none is proven better than live', () => {
    const result = judgeChallengers(live, [
      { name: 'same', errors: live },
      { name: 'worse', errors: errors(100, 0.9) },
    ]);
    expect(result.winner).toBeUndefined();
    expect(result.challenges.map(({ verdict }) => verdict)).toEqual(['unclear', 'worse']);
  });
});

test('says the gain with its bounds, and how many more pictures are likely to decide', () => {
  const [live, one] = [errors(40, 0.5), errors(40, 0.35)];
  expect(judgeChallengers(live, [{ name: 'one', errors: one }]).challenges).toEqual([
    { name: 'one', verdict: 'unclear', behind: [] },
  ]);
  expect(meanError(one)).toBeCloseTo(0.35, 12);
  const { mean, least, most } = gainOf(live, one, 1);
  expect(mean).toBeCloseTo(0.15, 12);
  expect(least).toBeLessThan(0);
  expect(most).toBeGreaterThan(0.15);
  expect(gainOf(live, one, 5).least).toBeLessThan(least);
  const more = picturesToCome(live, one, 1) as number;
  const after = (count: number) =>
    judgeChallengers(errors(count, 0.5), [{ name: 'one', errors: errors(count, 0.35) }]).challenges[0]?.verdict;
  expect([after(40 + more - 1), after(40 + more)]).toEqual(['unclear', 'better']);
  expect(picturesToCome(live, live, 1)).toBeUndefined();
});

test('more challengers need more proof', () => {
  const live = errors(60, 0.5);
  const one = { name: 'one', errors: errors(60, 0.35) };
  const others = Array.from({ length: 9 }, (_, index) => ({ name: `other-${index}`, errors: live }));
  expect(judgeChallengers(live, [one]).winner?.name).toBe('one');
  expect(judgeChallengers(live, [one, ...others]).winner).toBeUndefined();
});

describe('rejects', () => {
  test('nothing to judge', () => {
    const message = (live: number[], all: Contender[]) => () => judgeChallengers(live, all);
    expect(message([], [{ name: 'one', errors: [] }])).toThrow(
      'Expected pictures and challengers, received 0 pictures, 1 challengers',
    );
    expect(message([0.5], [])).toThrow('Expected pictures and challengers, received 1 pictures, 0 challengers');
  });

  test('another number of pictures', () => {
    expect(() => judgeChallengers([0, 1], [{ name: 'one', errors: [1] }])).toThrow(
      'Expected 2 errors for one, received 1',
    );
  });
});

describe('for all comparisons', () => {
  const levels = fc.constantFrom(0, 0.2, 0.5, 1);
  const field = fc.integer({ min: 1, max: 60 }).chain((pictures) => {
    const list = fc.array(levels, { minLength: pictures, maxLength: pictures });
    return fc.tuple(list, fc.array(list, { minLength: 1, maxLength: 4 }));
  });
  /** Whole, so that verdicts occur. */
  const clear = fc.tuple(
    fc.constant(errors(80, 0.6)),
    fc.array(
      levels.map((level) => errors(80, level)),
      { minLength: 1, maxLength: 4 },
    ),
  );
  const fields = fc.oneof(field, clear);
  const challengers = (all: readonly (readonly number[])[]) =>
    all.map((each, index) => ({ name: `c${index}`, errors: each }));

  test('the order of challengers and of pictures changes nothing', () => {
    fc.assert(
      fc.property(fields, ([live, all]) => {
        const { winner, challenges } = judgeChallengers(live, challengers(all));
        const turned = judgeChallengers(
          live.toReversed(),
          challengers(all.map((each) => each.toReversed())).toReversed(),
        );
        expect(turned.winner?.name).toBe(winner?.name);
        expect(turned.winner?.claim).toBe(winner?.claim);
        expect(turned.challenges.map(({ verdict }) => verdict)).toEqual(
          challenges.map(({ verdict }) => verdict).toReversed(),
        );
      }),
    );
  });

  test('of duplicates none is best, and neither is behind the other', () => {
    fc.assert(
      fc.property(fields, ([live, [first = [], ...rest]]) => {
        const { winner, challenges } = judgeChallengers(live, challengers([first, first, ...rest]));
        expect(challenges[0]?.behind).toEqual(challenges[1]?.behind);
        expect(challenges[0]?.behind).not.toContain('c1');
        if (winner?.name === 'c0')
          expect(winner).toMatchObject({ claim: 'better', equals: expect.arrayContaining(['c1']) });
        expect(winner?.name).not.toBe('c1');
      }),
    );
  });

  test('verdicts follow from the bounds, and the winner is behind nobody', () => {
    fc.assert(
      fc.property(fields, ([live, all]) => {
        const { winner, challenges } = judgeChallengers(live, challengers(all));
        for (const [index, { verdict, behind }] of challenges.entries()) {
          const gain = gainOf(live, all[index] ?? [], all.length);
          expect(gain.least).toBeLessThanOrEqual(gain.mean + 1e-9);
          expect(gain.most).toBeGreaterThanOrEqual(gain.mean - 1e-9);
          if (gain.least > 0) expect(verdict).toBe('better');
          if (verdict === 'worse') expect(gain.most).toBeLessThan(1e-9);
          for (const ahead of behind) {
            const other = challenges.find(({ name }) => name === ahead);
            expect(other?.behind).not.toContain(challenges[index]?.name);
          }
        }
        const won = challenges.find(({ name }) => name === winner?.name);
        expect(won === undefined).toBe(
          !challenges.some(({ verdict, behind }) => verdict === 'better' && behind.length === 0),
        );
        expect(won?.behind ?? []).toEqual([]);
        expect(won?.verdict ?? 'better').toBe('better');
      }),
    );
  });
});

describe('in seeded comparisons over 200 pictures', () => {
  // `npm run simulate -- --challengers` repeats each 2,000 times.
  const RUNS = 200;
  const rows = new Map(FIELDS.map((field) => [field.name, simulateField(field, RUNS)]));

  test.each(FIELDS.map(({ name }) => name))('%s: nobody is called better or best wrongly', (name) => {
    expect(rows.get(name)?.wrong).toBeLessThanOrEqual(0.01 * RUNS);
  });

  test('of equals nobody wins, and a clearly better one is called best', () => {
    expect(rows.get('five equals')?.winner).toBeLessThanOrEqual(0.01 * RUNS);
    expect(rows.get('one better')?.best).toBeGreaterThan(0.95 * RUNS);
  });

  test('the table has a row for each field', () => {
    const table = challengerTable([...rows.values()]);
    expect(
      table
        .split('\n')
        .slice(2)
        .map((line) => line.split('|')[1]?.trim()),
    ).toEqual([...rows.keys()]);
  });
});

test('half of the risk is that of a better one, the other half that of all other statements', () => {
  const risk = 0.02;
  const verdicts = (pictures: number, error: number) =>
    judgeChallengers(
      errors(pictures, 1 - error),
      ['a', 'b', 'c'].map((name) => ({ name, errors: errors(pictures, error) })),
      risk,
    ).challenges.map(({ verdict }) => verdict);
  const better = fewestBlocks({ goal: 'better' }, risk / 2 / 3);
  expect(verdicts(better, 0)).toEqual(['better', 'better', 'better']);
  expect(verdicts(better - 1, 0)).toEqual(['unclear', 'unclear', 'unclear']);
  const worse = fewestBlocks({ goal: 'better' }, risk / 2 / 9);
  expect(worse).toBeGreaterThan(better);
  expect(verdicts(worse, 1)).toEqual(['worse', 'worse', 'worse']);
  expect(verdicts(worse - 1, 1)).toEqual(['unclear', 'unclear', 'unclear']);
});
