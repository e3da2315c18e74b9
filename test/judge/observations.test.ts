import fc from 'fast-check';
import { checkTraffic, ObservationError, type TrafficObservation } from '../../functions/judge/observations.ts';
import { addCounts, NO_REQUESTS } from '../../functions/judge/version-counts.ts';
import { versionCounts } from '../rollout/fixtures/arbitraries.ts';
import { counts } from '../rollout/fixtures/steps.ts';

const minute = (at: number, candidate = counts(1), live = counts(9)) => ({ minute: at, candidate, live });

test('consistent counts are accepted', () => {
  expect(() =>
    checkTraffic({ closedBefore: 10, minutes: [minute(8), minute(9, counts(5, 5, 5), counts(0))] }),
  ).not.toThrow();
  expect(() => checkTraffic({ closedBefore: 0, minutes: [] })).not.toThrow();
});

test.each<[string, TrafficObservation, string]>([
  [
    'a part of a minute',
    { closedBefore: 9.5, minutes: [] },
    'Expected a whole number, 0–9007199254740991 for traffic.closedBefore, received 9.5',
  ],
  [
    'a minute before time',
    { closedBefore: 9, minutes: [minute(-1)] },
    'Expected a whole number, 0–9007199254740991 for traffic.minutes.minute, received -1',
  ],
  [
    'a minute twice',
    { closedBefore: 9, minutes: [minute(7), minute(7)] },
    'Expected each minute at most once for traffic.minutes, received 7',
  ],
  [
    'half a request',
    { closedBefore: 9, minutes: [minute(7, counts(0.5))] },
    'Expected a whole number, 0–9007199254740991 for requests of candidate in minute 7, received 0.5',
  ],
  [
    'no number',
    { closedBefore: 9, minutes: [minute(7, counts(Number.NaN))] },
    'Expected a whole number, 0–9007199254740991 for requests of candidate in minute 7, received null',
  ],
  [
    'more failures than requests',
    { closedBefore: 9, minutes: [minute(7, counts(1), counts(3, 4))] },
    'Expected a whole number, 0–3 for failures of live in minute 7, received 4',
  ],
  [
    'more durations than requests',
    { closedBefore: 9, minutes: [minute(7, { ...counts(2), timed: 3 })] },
    'Expected a whole number, 0–2 for timed of candidate in minute 7, received 3',
  ],
  [
    'more slow ones than durations',
    { closedBefore: 9, minutes: [minute(7, { ...counts(2), timed: 1, slow: 2 })] },
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
