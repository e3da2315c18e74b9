import { DURATION, type Duration, inWords, milliseconds } from '../../functions/plan/duration.ts';

test.each<[Duration, number]>([
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('%s is %i ms', (duration, ms) => {
  expect(duration).toMatch(DURATION);
  expect(milliseconds(duration)).toBe(ms);
});

test.each(['', 'm', '0m', '-1m', '1.5h', '10 m', '10', '10w', '010m', 'x10m', '10mm', '1e3m', '1234567m'])(
  '"%s" is not a duration',
  (text) => {
    expect(text).not.toMatch(DURATION);
  },
);

test.each([
  [0, '0 s'],
  [45_400, '45 s'],
  [119_000, '119 s'],
  [119_600, '2 min'],
  [600_000, '10 min'],
  [119 * 60_000, '119 min'],
  [120 * 60_000, '2 h'],
  [125 * 60_000, '2 h 5 min'],
  [47 * 3_600_000 + 59 * 60_000, '47 h 59 min'],
  [48 * 3_600_000, '2 d'],
  [76 * 3_600_000, '3 d 4 h'],
])('%i ms are %s', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});
