import { inPercent } from '../../functions/report/format.ts';

test.each([
  [0.5, 2, '50 %'],
  [0.12345, 2, '12.35 %'],
  [0.12345, 1, '12.3 %'],
  [0.125, 0, '13 %'],
  [0.0000001, 2, '0 %'],
  [1, 0, '100 %'],
])('a share of %d with at most %d digits is %s', (share, digits, words) => {
  expect(inPercent(share, digits)).toBe(words);
});
