import { clockFrom } from '../../functions/platform/clock.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test('without settings it is the real time', () => {
  expect(clockFrom({}).now().getTime()).toBe(NOW);
});

test('an accelerated clock runs from its start', () => {
  const clock = clockFrom({ CLOCK_SPEED: '60', CLOCK_START: new Date(NOW).toISOString() });
  expect(clock.now().getTime()).toBe(NOW);
  jest.advanceTimersByTime(1000);
  expect(clock.now().getTime()).toBe(NOW + 60_000);
});

test.each([
  ['only a speed', { CLOCK_SPEED: '60' }],
  ['only a start', { CLOCK_START: '2026-11-26T08:00:00Z' }],
  ['a speed of 0', { CLOCK_SPEED: '0', CLOCK_START: '2026-11-26T08:00:00Z' }],
  ['a speed in words', { CLOCK_SPEED: 'fast', CLOCK_START: '2026-11-26T08:00:00Z' }],
  ['a start that is no date', { CLOCK_SPEED: '60', CLOCK_START: 'today' }],
])('%s is rejected', (_what, environment) => {
  expect(() => clockFrom(environment)).toThrow(RangeError);
});
