/** What CloudWatch's metrics become in a tick. */

import * as fc from 'fast-check';
import { NO_REQUESTS } from '../../functions/judge/version-counts.ts';
import { slowStatistic } from '../../functions/rollout/version-metrics.ts';
import { parseStatistic } from '../../local/cloudwatch/statistics.ts';
import { MeteredEndpoint } from './fixtures/metered-endpoint.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 10, 22, 12);
const FIRST = NOON / MINUTE;
const VERSIONS = { live: '1', candidate: '2' };

test('a bound of slow requests is sent in whole milliseconds, rounded up', () => {
  expect([0.2, 1, 200, 232.182919345954].map(slowStatistic)).toEqual(['TC(1:)', 'TC(1:)', 'TC(200:)', 'TC(233:)']);
});

test('every bound makes a statistic that CloudWatch accepts', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true }), (bound) => {
      const text = slowStatistic(bound);
      expect(text).toMatch(/^TC\(\d{1,6}:\)$/);
      const { over } = parseStatistic(text) as { over: number };
      expect(over).toBe(Math.min(Math.ceil(bound), 900_000));
    }),
  );
});

test('requests are counted by version and end; only accepted ones are timed', async () => {
  const endpoint = new MeteredEndpoint(NOON + 10_000);
  endpoint.ended('1', 'predictions', { times: 5, ms: 300 });
  endpoint.ended('1', 'rejections', { times: 2 });
  endpoint.ended('2', 'predictions', { times: 3 });
  endpoint.ended('2', 'failures', { times: 1, ms: 201 });
  endpoint.crashed('2', { times: 2, ms: 1000 });
  const observed = await endpoint.traffic.minutes(VERSIONS, FIRST, new Date(NOON + 4 * MINUTE), {
    slowerThanMs: 200,
  });
  expect(observed).toEqual({
    settledBefore: FIRST - 11,
    completeBefore: FIRST - 1,
    closedBefore: FIRST + 2,
    slowerThanMs: 200,
    minutes: [
      {
        minute: FIRST,
        live: { requests: 7, rejections: 2, failures: 0, timed: 5, slow: 5 },
        candidate: { requests: 6, rejections: 0, failures: 3, timed: 4, slow: 1 },
      },
    ],
  });
});

test('without a bound nothing is timed', async () => {
  const endpoint = new MeteredEndpoint(NOON);
  endpoint.ended('2', 'predictions');
  const observed = await endpoint.traffic.minutes(VERSIONS, FIRST, new Date(NOON + 4 * MINUTE));
  expect(observed).not.toHaveProperty('slowerThanMs');
  expect(observed).toMatchObject({ minutes: [{ live: NO_REQUESTS, candidate: { requests: 1, timed: 0, slow: 0 } }] });
});

test('minutes that are not closed, or were settled before, are not read', async () => {
  const endpoint = new MeteredEndpoint(NOON);
  for (let minute = 0; minute < 4; minute++, endpoint.now += MINUTE) endpoint.ended('2', 'predictions');
  const at = (from: number, now: number) => endpoint.traffic.minutes(VERSIONS, from, new Date(now));
  expect(await at(FIRST + 1, NOON + 5 * MINUTE)).toMatchObject({
    minutes: [{ minute: FIRST + 1 }, { minute: FIRST + 2 }],
  });
  expect(await at(FIRST, NOON + 2 * MINUTE - 1)).toMatchObject({ closedBefore: FIRST - 1, minutes: [] });
  expect(await at(0, 0)).toEqual({ settledBefore: 0, completeBefore: 0, closedBefore: 0, minutes: [] });
});

test('a minute with nothing but crashes counts when it is complete', async () => {
  const endpoint = new MeteredEndpoint(NOON + 30_000);
  endpoint.crashed('2', { times: 3, ms: 1000 });
  const at = (minutes: number) => endpoint.traffic.minutes(VERSIONS, FIRST, new Date(NOON + minutes * MINUTE));
  expect(await at(5)).toMatchObject({ closedBefore: FIRST + 3, minutes: [] });
  const complete = { minute: FIRST, candidate: { requests: 3, failures: 3 } };
  expect(await at(6)).toMatchObject({ completeBefore: FIRST + 1, minutes: [complete] });
  endpoint.ended('1', 'predictions');
  expect(await at(5)).toMatchObject({ minutes: [complete] });
});

test.each(['PartialData', 'InternalError', 'Forbidden'] as const)(
  'a metric with status %s is not counted',
  async (status) => {
    const endpoint = new MeteredEndpoint(NOON);
    endpoint.ended('1', 'predictions');
    endpoint.statusOf = (id) =>
      id === 'candidate_crashes' || id === 'later_p90' || id === 'count' || id === 'failures' ? status : 'Complete';
    const now = new Date(NOON + 9 * MINUTE);
    expect(await endpoint.traffic.minutes(VERSIONS, FIRST, now)).toBe('incomplete');
    expect(await endpoint.traffic.usualTimes('1', now)).toBeUndefined();
    expect(await endpoint.traffic.coldStarts('1', 2000, now)).toBeUndefined();
    expect(await endpoint.traffic.usual('1', now)).toBeUndefined();
  },
);

test('the first request of a process is timed by its own bound, and only where that is known', async () => {
  const endpoint = new MeteredEndpoint(NOON);
  endpoint.ended('1', 'predictions', { times: 5, ms: 250 });
  endpoint.ended('1', 'predictions', { times: 2, ms: 700, isFirst: true });
  endpoint.ended('1', 'predictions', { times: 1, ms: 901, isFirst: true });
  const timed = async (firstSlowerThanMs?: number) => {
    const bounds = { slowerThanMs: 200, ...(firstSlowerThanMs !== undefined && { firstSlowerThanMs }) };
    const observed = await endpoint.traffic.minutes(VERSIONS, FIRST, new Date(NOON + 4 * MINUTE), bounds);
    expect(observed).toMatchObject(bounds);
    return observed === 'incomplete' ? observed : observed.minutes[0]?.live;
  };
  expect(await timed(900)).toMatchObject({ requests: 8, timed: 8, slow: 6 });
  expect(await timed()).toMatchObject({ requests: 8, timed: 5, slow: 5 });
});

describe('the usual times of a version', () => {
  const at = (endpoint: MeteredEndpoint, hours: number) =>
    endpoint.traffic.usualTimes('1', new Date(NOON + hours * HOUR));
  /** 90 requests of 100 ms, 10 of `slowMs`: the 90th percentile is just over 100 ms. */
  const hundred = (endpoint: MeteredEndpoint, ms: number, slowMs: number) => {
    endpoint.ended('1', 'predictions', { times: 80, ms });
    endpoint.ended('1', 'predictions', { times: 20, ms: slowMs });
  };

  test('have the 90th percentile of the last busy hours', async () => {
    const endpoint = new MeteredEndpoint(NOON);
    expect(await at(endpoint, 1)).toEqual({});
    hundred(endpoint, 500, 900);
    endpoint.now += HOUR;
    hundred(endpoint, 100, 150);
    expect(await at(endpoint, 5)).toEqual({ slowerThanMs: 150 });
    expect(await endpoint.traffic.usualTimes('2', new Date(NOON + 5 * HOUR))).toEqual({});
  });

  test('take as many hours as have a hundred requests, weighted by their requests, of one day', async () => {
    const endpoint = new MeteredEndpoint(NOON);
    hundred(endpoint, 100, 9000);
    endpoint.now += 30 * HOUR;
    endpoint.ended('1', 'predictions', { times: 30, ms: 200 });
    endpoint.now += HOUR;
    endpoint.ended('1', 'predictions', { times: 10, ms: 400 });
    expect(await at(endpoint, 33)).toEqual({ slowerThanMs: 1.1 * ((30 * 200 + 10 * 400) / 40) });
  });

  test('are at least a tenth over the median', async () => {
    const endpoint = new MeteredEndpoint(NOON);
    hundred(endpoint, 100, 101);
    expect(await at(endpoint, 1)).toEqual({ slowerThanMs: expect.closeTo(110, 9) });
  });

  test('have first requests and cold starts of two weeks', async () => {
    const endpoint = new MeteredEndpoint(NOON);
    endpoint.started('1', 9000);
    for (const ms of [800, 900, 1000]) endpoint.started('1', ms);
    endpoint.now += 15 * 24 * HOUR;
    for (const ms of [800, 900, 1000]) endpoint.started('1', ms);
    endpoint.ended('1', 'predictions', { ms: 600, isFirst: true });
    endpoint.now += 13 * 24 * HOUR;
    const coldStarts = { starts: 3, medianMs: 900 };
    expect(await at(endpoint, 28 * 24)).toEqual({ firstSlowerThanMs: expect.closeTo(660, 9), coldStarts });
  });
});

test('cold starts of a version are counted with their mean, and those over a bound', async () => {
  const endpoint = new MeteredEndpoint(NOON);
  for (const ms of [1000, 8000]) endpoint.started('2', ms);
  endpoint.now += 3 * HOUR;
  for (const ms of [9000, 500]) endpoint.started('2', ms);
  const now = new Date(endpoint.now + MINUTE);
  expect(await endpoint.traffic.coldStarts('2', 1000, now)).toEqual({ starts: 4, over: 2, meanMs: 4625 });
  expect(await endpoint.traffic.coldStarts('1', 1000, now)).toEqual({ starts: 0, over: 0, meanMs: 0 });
});

test("a version's usual requests are those of the day before a time, to the minute", async () => {
  const endpoint = new MeteredEndpoint(NOON);
  endpoint.ended('1', 'rejections', { times: 50 });
  endpoint.now += 2 * 24 * HOUR;
  endpoint.ended('1', 'rejections', { times: 3 });
  endpoint.now += 2 * HOUR;
  endpoint.ended('1', 'rejections');
  endpoint.ended('1', 'predictions', { times: 10 });
  endpoint.ended('1', 'failures', { times: 2 });
  endpoint.crashed('1', { times: 3, ms: 1000 });
  endpoint.ended('2', 'rejections', { times: 7 });
  endpoint.now += MINUTE;
  const before = new Date(endpoint.now + 20_000);
  endpoint.ended('1', 'failures', { times: 100 });
  const usual = { failures: { trials: 15, hits: 5 }, rejections: { trials: 19, hits: 4 } };
  expect(await endpoint.traffic.usual('1', before)).toEqual(usual);
  const none = { trials: 0, hits: 0 };
  expect(await endpoint.traffic.usual('3', before)).toEqual({ failures: none, rejections: none });
});
