import { SHIFTED } from '../../bench/accuracy/answers.ts';
import { brokenPromises, type Result, tablesOf } from '../../bench/accuracy/report.ts';
import { type Answers, runOnce } from '../../bench/accuracy/study.ts';
import { Random } from '../../bench/simulation/random.ts';

const endpoint = { name: 'cars', labels: ['car'] };

describe('a run', () => {
  const random = new Random(2);
  const answers = (chance: number) =>
    Array.from({ length: 500 }, (_, photo) => {
      const truth = random.below(4);
      const confidences = Array.from({ length: truth }, () => random.chance(chance))
        .filter(Boolean)
        .map(() => 0.8);
      return { photo: String(photo), labels: { car: { truth, confidences } } };
    });
  const found = 0.9;
  const all: Answers = {
    none: answers(found),
    night: answers(0.4),
    fog: answers(found),
    blur: answers(found),
    'JPEG quality 20': answers(found),
    'half the objects': answers(found),
  };

  test('has the true error of other photos than those that were counted, and an estimate', () => {
    const runs = runOnce(all, endpoint, { before: 100, within: 0 }, 1);
    expect(runs.map(({ shift }) => shift)).toEqual(['none', ...SHIFTED]);
    expect(runs.map(({ estimate }) => estimate)).toMatchObject(
      runs.map(() => ({ by: 'confidences', pictures: 400, decisions: 100 })),
    );
    const [none, night] = runs;
    expect(night?.truth).toBeGreaterThan((none?.truth ?? 1) + 0.2);
    expect(night?.estimate).toMatchObject({ otherwise: { found: 'fewer' } });
  });

  test('may have decisions on pictures of the period', () => {
    const [run] = runOnce(all, endpoint, { before: 100, within: 40 }, 1);
    expect(run?.estimate).toMatchObject({ by: 'decisions', decisions: 40 });
  });
});

describe('the report', () => {
  const estimated = { by: 'confidences', error: 0.2, low: 0.1, high: 0.3, pictures: 400, decisions: 50 } as const;
  const estimate = { ...estimated, otherwise: { error: 0.24, found: 'fewer' } } as const;
  const results = (outside: number): Result[] => {
    const runs = Array.from({ length: 20 }, (_, run) => {
      return { shift: 'fog', truth: run < outside ? 0.4 : 0.25, estimate } as const;
    });
    const none = { by: 'nothing', reason: 'unlike', decisions: 50, more: 30 } as const;
    const cannotTell = { shift: 'fog', truth: 0.25, estimate: none } as const;
    return [{ endpoint, effort: { before: 50, within: 0 }, runs: [...runs, cannotTell] }];
  };

  test('has a row for each shift', () => {
    expect(tablesOf(results(0))).toBe(
      [
        '**cars, 50 decisions before it**',
        '',
        '| shift | true | by confidences | as many objects | 95 %         | inside   | cannot be told |',
        '| ----- | ---- | -------------- | --------------- | ------------ | -------- | -------------- |',
        '| fog   | 25 % | 20 %           | 24 %            | 10 % to 30 % | 20 of 20 | 1              |',
      ].join('\n'),
    );
  });

  test('says where intervals miss the true value too often', () => {
    expect(brokenPromises(results(1))).toEqual([]);
    expect(brokenPromises(results(2))).toEqual([
      '90 % of the intervals have the true count error',
      'cars, 50 decisions before it: fog: 90 % of the intervals have the true count error',
    ]);
  });
});
