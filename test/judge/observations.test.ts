import fc from 'fast-check';
import { checkTraffic, ObservationError, type TrafficObservation } from '../../functions/judge/observations.ts';
import { addCounts, NO_REQUESTS } from '../../functions/judge/version-counts.ts';
import { versionCounts } from '../rollout/fixtures/arbitraries.ts';
import { counts, settled } from '../rollout/fixtures/steps.ts';

const minute = (at: number, candidate = counts(1), live = counts(9)) => ({ minute: at, candidate, live });

test('consistent counts are accepted', () => {
  expect(() => checkTraffic(settled(10, [minute(8), minute(9, counts(5, 5, 5), counts(0))]))).not.toThrow();
  expect(() => checkTraffic(settled(0, []))).not.toThrow();
});

test.each<[string, TrafficObservation, string]>([
  [
    'a part of a minute',
    settled(9.5, []),
    'Expected a whole number, 0–9007199254740991 for traffic.closedBefore, received 9.5',
  ],
  [
    'a minute before time',
    settled(9, [minute(-1)]),
    'Expected a whole number, 0–9007199254740991 for traffic.minutes.minute, received -1',
  ],
  [
    'a minute twice',
    settled(9, [minute(7), minute(7)]),
    'Expected each minute at most once for traffic.minutes, received 7',
  ],
  [
    'half a request',
    settled(9, [minute(7, counts(0.5))]),
    'Expected a whole number, 0–9007199254740991 for requests of candidate in minute 7, received 0.5',
  ],
  [
    'no number',
    settled(9, [minute(7, counts(Number.NaN))]),
    'Expected a whole number, 0–9007199254740991 for requests of candidate in minute 7, received null',
  ],
  [
    'a complete minute that is not closed',
    { ...settled(9, []), completeBefore: 10 },
    'Expected a whole number, 0–9 for traffic.completeBefore, received 10',
  ],
  [
    'a settled minute that is not complete',
    { ...settled(9, []), completeBefore: 8 },
    'Expected a whole number, 0–8 for traffic.settledBefore, received 9',
  ],
  [
    'more rejections than requests',
    settled(9, [minute(7, { ...counts(2), rejections: 3 })]),
    'Expected a whole number, 0–2 for rejections of candidate in minute 7, received 3',
  ],
  [
    'a failure of a rejected request',
    settled(9, [minute(7, { ...counts(2, 2, 0), rejections: 1, timed: 1 })]),
    'Expected a whole number, 0–1 for failures of candidate in minute 7, received 2',
  ],
  [
    'a duration of a rejected request',
    settled(9, [minute(7, { ...counts(2), rejections: 1 })]),
    'Expected a whole number, 0–1 for timed of candidate in minute 7, received 2',
  ],
  [
    'more failures than requests',
    settled(9, [minute(7, counts(1), counts(3, 4))]),
    'Expected a whole number, 0–3 for failures of live in minute 7, received 4',
  ],
  [
    'more durations than requests',
    settled(9, [minute(7, { ...counts(2), timed: 3 })]),
    'Expected a whole number, 0–2 for timed of candidate in minute 7, received 3',
  ],
  [
    'more slow ones than durations',
    settled(9, [minute(7, { ...counts(2), timed: 1, slow: 2 })]),
    'Expected a whole number, 0–1 for slow of candidate in minute 7, received 2',
  ],
])('%s is refused', (_, traffic, message) => {
  expect(() => checkTraffic(traffic)).toThrow(ObservationError);
  expect(() => checkTraffic(traffic)).toThrow(message);
  expect(() => checkTraffic(traffic)).toThrow(expect.objectContaining({ name: 'ObservationError' }));
});

test('counts add up, in any order', () => {
  fc.assert(
    fc.property(versionCounts, versionCounts, versionCounts, (a, b, c) => {
      expect(addCounts(addCounts(a, b), c)).toEqual(addCounts(a, addCounts(c, b)));
      expect(addCounts(a, NO_REQUESTS)).toEqual(a);
    }),
  );
});
