/** Which calls fail, and with which error. */

import { type Fault, Faults } from '../../../local/protocol/faults.ts';
import type { ServiceRequest } from '../../../local/protocol/service.ts';

const request = {} as ServiceRequest;

/** Codes of so many calls; `ok` for those that do not fail. */
function codes(fault: Fault, { calls, seed = 1, service = 's3' }: { calls: number; seed?: number; service?: string }) {
  const faults = new Faults([fault], { seed, operationOf: () => 'GetObject' });
  return Array.from({ length: calls }, () => {
    try {
      faults.check(service, request);
      return 'ok';
    } catch (error) {
      return (error as { code: string }).code;
    }
  });
}

const SLOW_DOWN: Fault = { service: 's3', status: 503, rate: 0.2 };

test('the share of calls that fail is the rate', () => {
  const failed = codes(SLOW_DOWN, { calls: 10_000 }).filter((code) => code === 'SlowDown').length;
  // Five standard deviations.
  expect(Math.abs(failed - 2000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.2 * 0.8));
});

test('rate 0 fails no call, rate 1 each one', () => {
  expect(new Set(codes({ ...SLOW_DOWN, rate: 0 }, { calls: 1000 }))).toEqual(new Set(['ok']));
  expect(new Set(codes({ ...SLOW_DOWN, rate: 1 }, { calls: 1000 }))).toEqual(new Set(['SlowDown']));
});

test('the same seed chooses the same calls, another seed others', () => {
  const of = (seed: number) => codes(SLOW_DOWN, { calls: 100, seed });
  expect(of(7)).toEqual(of(7));
  expect(of(7)).not.toEqual(of(8));
});

test('other services and other operations do not fail', () => {
  const always = { ...SLOW_DOWN, rate: 1 };
  expect(codes(always, { calls: 1, service: 'sqs' })).toEqual(['ok']);
  expect(codes({ ...always, operation: 'PutObject' }, { calls: 1 })).toEqual(['ok']);
  expect(codes({ ...always, operation: 'GetObject' }, { calls: 1 })).toEqual(['SlowDown']);
});

test('one fault changes nothing of the calls that another chooses', () => {
  const none: Fault = { service: 's3', operation: 'PutObject', status: 500, rate: 1 };
  const alone = new Faults([SLOW_DOWN], { seed: 1, operationOf: () => 'GetObject' });
  const second = new Faults([SLOW_DOWN, none], { seed: 1, operationOf: () => 'GetObject' });
  const failing = (faults: Faults) =>
    Array.from({ length: 50 }, () => {
      try {
        faults.check('s3', request);
        return false;
      } catch {
        return true;
      }
    });
  expect(failing(second)).toEqual(failing(alone));
});
