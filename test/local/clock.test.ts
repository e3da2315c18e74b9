import { Clock } from '../../local/clock.ts';

test('a fast clock goes on from the time that it had reached', () => {
  const reached = new Date(Date.now() + 3_600_000);
  const before = Date.now();
  const clock = new Clock(60, reached);
  expect(clock.now(before).getTime()).toBeGreaterThanOrEqual(reached.getTime() - 1000);
  const [now, later] = [clock.now(before), clock.now(before + 1000)];
  expect(later.getTime() - now.getTime()).toBe(60_000);
});

test.each([
  [60, -1000],
  [1, 3_600_000],
])('a clock of speed %d begins now, where %d ms from now was reached', (speed, ms) => {
  const wall = Date.now();
  const clock = new Clock(speed, new Date(wall + ms));
  expect(Math.abs(clock.start.getTime() - wall)).toBeLessThan(1000);
});
