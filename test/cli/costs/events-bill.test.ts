import { eventLines } from '../../../cli/costs/events-bill.ts';
import { sum } from '../../../cli/costs/line.ts';

const USAGE = { pictures: 1e6, seconds: 0.1, arch: 'arm64' } as const;

test('a million events cost about $3, and $3 more for each receiver', () => {
  expect(sum(eventLines(0, USAGE))).toBeCloseTo(2.73, 2);
  expect(sum(eventLines(1, USAGE)) - sum(eventLines(0, USAGE))).toBeCloseTo(3.35, 2);
  expect(sum(eventLines(2, USAGE)) - sum(eventLines(0, USAGE))).toBeCloseTo(6.7, 2);
  expect(eventLines(0, USAGE)[0]).toEqual({
    item: 'Events: bus',
    calculation: '1,000,000 events × $0.000001',
    dollars: 1,
  });
});
