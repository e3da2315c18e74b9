/** Schedules of EventBridge: times of each day or hour. */

import { nextTime, SCHEDULE, Schedules } from '../../../local/events/schedules.ts';

const NIGHTLY = 'cron(30 0 * * ? *)';

test.each([
  ['2026-11-26T00:29:59.999Z', '2026-11-26T00:30:00.000Z'],
  ['2026-11-26T00:30:00.000Z', '2026-11-27T00:30:00.000Z'],
  ['2026-12-31T23:00:00.000Z', '2027-01-01T00:30:00.000Z'],
])('after %s the next time is %s', (now, next) => {
  expect(nextTime(NIGHTLY, new Date(now)).toISOString()).toBe(next);
});

test.each([
  ['2026-11-26T00:14:59.999Z', '2026-11-26T00:15:00.000Z'],
  ['2026-11-26T23:15:00.000Z', '2026-11-27T00:15:00.000Z'],
])('after %s the next time of each hour is %s', (now, next) => {
  expect(nextTime('cron(15 * * * ? *)', new Date(now)).toISOString()).toBe(next);
});

test.each(['cron(30 0 * * ? *)', 'cron(15 * * * ? *)', 'cron(0 23 * * ? *)', 'cron(59 9 * * ? *)'])(
  '%s is supported',
  (schedule) => {
    expect(schedule).toMatch(SCHEDULE);
  },
);

test.each(['rate(1 day)', 'cron(60 0 * * ? *)', 'cron(0 24 * * ? *)', 'cron(0 0 ? * MON *)', 'cron(*/5 0 * * ? *)'])(
  '%s is not',
  (schedule) => expect(schedule).not.toMatch(SCHEDULE),
);

test('each day it starts once, until it is removed or replaced', async () => {
  let now = Date.parse('2026-11-26T12:00:00Z');
  const waits: { seconds: number; end: () => void }[] = [];
  const wait = (seconds: number) => new Promise<void>((end) => waits.push({ seconds, end }));
  const schedules = new Schedules({ now: () => new Date(now), wait });
  const started: string[] = [];
  const pass = async () => {
    const { seconds, end } = waits.shift() as (typeof waits)[number];
    // A timer that ends a moment early.
    now += seconds * 1000 - 5;
    end();
    await new Promise(setImmediate);
  };
  schedules.define('a', NIGHTLY, () => started.push(new Date(now).toISOString()));
  await pass();
  await pass();
  expect(started).toEqual(['2026-11-27T00:29:59.995Z', '2026-11-28T00:29:59.995Z']);
  schedules.define('a', NIGHTLY, () => started.push('new'));
  await pass();
  await pass();
  expect(started.slice(2)).toEqual(['new']);
  schedules.remove('a');
  await pass();
  expect(started).toHaveLength(3);
});
