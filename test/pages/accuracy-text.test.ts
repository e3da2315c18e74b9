import { modelName, periodInWords } from '../../functions/pages/status/accuracy-text.ts';

test.each([
  ['2026-11-21T00:00:00.000Z', '2026-11-28T00:00:00.000Z', '21 Nov – 27 Nov 2026'],
  ['2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z', '28 Dec – 3 Jan 2027'],
  ['2026-11-27T00:00:00.000Z', '2026-11-28T00:00:00.000Z', '27 Nov 2026'],
])('the period from %s to %s is %s', (from, to, words) => {
  expect(periodInWords(from, to)).toBe(words);
});

test('a model has its name without the hash', () => {
  expect(modelName('counter-nano 1.0.0 (abcdef01)')).toBe('counter-nano 1.0.0');
});
