import * as fc from 'fast-check';
import { slowStatistic } from '../../functions/rollout/traffic.ts';
import { parseStatistic } from '../../local/cloudwatch/statistics.ts';

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
