import { distanceOf, hourOf, STRATA, stratumOf } from '../../functions/drift/calendar.ts';
import { hourInWords } from '../../functions/drift/explain-drift.ts';
import { MONDAY } from './facts.ts';

test('an hour is compared with those of its time of day, of weekdays or of weekends', () => {
  expect(hourOf(Date.UTC(2025, 10, 24, 5, 59))).toBe(MONDAY + 5);
  expect([0, 23, 24, 4 * 24 + 7].map((hours) => stratumOf(MONDAY + hours))).toEqual([0, 23, 0, 7]);
  expect([5 * 24, 6 * 24 + 23].map((hours) => stratumOf(MONDAY + hours))).toEqual([24, 47]);
  expect(stratumOf(MONDAY + 7 * 24 + 3)).toBe(3);
  expect(new Set(Array.from({ length: 168 }, (_, hour) => stratumOf(MONDAY + hour))).size).toBe(STRATA);
});

test('the nearest other hours are those before and after, also over midnight, and then those of the weekend', () => {
  expect(distanceOf(0, 0)).toBe(0);
  expect(distanceOf(0, 23)).toBe(1);
  expect(distanceOf(6, 18)).toBe(12);
  expect(distanceOf(6, 24 + 6)).toBe(3);
  expect(distanceOf(24 + 6, 8)).toBe(5);
});

test('an hour in words has its day, because days recur every week', () => {
  expect(hourInWords(MONDAY + 24 + 14)).toBe('Tuesday 25 November 2025, 14:00 UTC');
  expect(hourInWords(MONDAY)).toBe('Monday 24 November 2025, 00:00 UTC');
});
