import { explainEstimate } from '../../functions/accuracy/explain-estimate.ts';
import { type CountedAnswer, estimatePeriods } from '../../functions/accuracy/periods.ts';

const WEEK = { from: 1000, to: 2000 };

/** An answer that people counted. */
function counted(time: number, changes: Partial<CountedAnswer> = {}): CountedAnswer {
  return { time, model: 'a', confidences: [0.9, 0.8], truth: 2, weight: 1, ...changes };
}

const many = (count: number, changes: Partial<CountedAnswer> = {}) =>
  Array.from({ length: count }, (_, time) => counted(time, changes));

describe('estimates of periods', () => {
  test('are made for each model by its own decisions', () => {
    const seen = [counted(1500), counted(1500, { model: 'b' }), counted(999)];
    const rows = estimatePeriods([WEEK], seen, [...many(60, { truth: 4 }), ...many(20, { model: 'b' })]);
    expect(rows).toMatchObject([
      { ...WEEK, model: 'a', estimate: { by: 'confidences', error: 0.5, pictures: 1, decisions: 60 } },
      { ...WEEK, model: 'b', estimate: { by: 'nothing', decisions: 20, more: 30 } },
    ]);
  });

  test('use decisions of the period where there are enough, whatever others say', () => {
    const within = many(30, { time: 1200, truth: 4 }).map((answer) => ({ ...answer, time: 1200 }));
    const [row] = estimatePeriods([WEEK], [counted(1500)], [...many(60), ...within]);
    expect(row?.estimate).toMatchObject({ by: 'decisions', error: 0.5, decisions: 30 });
  });

  test('leave out a period without an answer', () => {
    expect(estimatePeriods([{ from: 3000, to: 4000 }], [counted(1500)], many(60))).toEqual([]);
  });
});

describe('in words', () => {
  const range = { error: 0.124, low: 0.08, high: 0.171, pictures: 240 };
  test.each([
    [
      { by: 'confidences', ...range, decisions: 140, otherwise: { error: 0.14, found: 'fewer' } },
      'about 12 % (8 % to 17 %, 95 %) in 240 pictures, by confidences and 140 decisions',
    ],
    [
      { by: 'confidences', ...range, decisions: 140, otherwise: { error: 0.16, found: 'fewer' } },
      '12 % if there are fewer objects than before, 16 % if more are missed (8 % to 17 %, 95 %) in 240 pictures, ' +
        'by confidences and 140 decisions',
    ],
    [
      { by: 'confidences', ...range, decisions: 140, otherwise: { error: 0.16, found: 'more' } },
      '12 % if there are more objects than before, 16 % if more are invented (8 % to 17 %, 95 %) in 240 pictures, ' +
        'by confidences and 140 decisions',
    ],
    [
      { by: 'decisions', ...range, decisions: 40.4 },
      'about 12 % (8 % to 17 %, 95 %) in 240 pictures, by 40 decisions on pictures of this time',
    ],
    [
      { by: 'nothing', reason: 'decisions', decisions: 27, more: 23 },
      'cannot be told: 23 more decisions needed (27 decisions of 50)',
    ],
    [
      { by: 'nothing', reason: 'unlike', decisions: 105, more: 1 },
      'cannot be told: too few of the 105 decisions are on pictures like these; 1 more decision on these needed',
    ],
  ] as const)('%j', (estimate, words) => {
    expect(explainEstimate(estimate)).toBe(words);
  });
});
