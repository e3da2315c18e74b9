import { checkDrift } from '../../../cli/doctor/checks/drift.ts';
import type { DoctorContext } from '../../../cli/doctor/context.ts';
import { DRIFT_KEYS } from '../../../functions/drift-contract.ts';
import { driftReport } from '../../standing/drift-reports.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';

const REMEDY = 'docs/runbook.md, DriftErrors';

test('an endpoint without a look, with a late one, with a drift, and without', async () => {
  const bucket = new MemoryBucket();
  bucket.now = new Date('2026-11-27T00:15:20Z');
  const clients = { s3: bucket.client };
  const context = { clients, signal: new AbortController().signal, isLocal: true } as unknown as DoctorContext;
  const endpoint = { endpoint: 'count-cars', objects: bucket.asObjects };
  const check = (at: string) => checkDrift(context, endpoint, new Date(at));

  expect(await check('2026-11-27T01:00:00Z')).toEqual({
    outcome: 'warning',
    words: 'no look yet: the first one is at a quarter past the next hour',
    remedy: REMEDY,
  });
  bucket.put(DRIFT_KEYS.report('count-cars'), driftReport());
  expect(await check('2026-11-27T01:15:00Z')).toEqual({
    outcome: 'warning',
    words: 'darker by 62 % (110 → 42), since Tuesday 24 November 2026, 14:00 UTC',
    remedy: 'npm run drift -- count-cars --local',
    measured: { value: 0, unit: 'h' },
  });
  expect(await check('2026-11-27T02:15:20Z')).toEqual({
    outcome: 'warning',
    words: 'last look 2 h ago, expected each hour: is the rule EachHour disabled?',
    remedy: REMEDY,
    measured: { value: 2, unit: 'h' },
  });
  bucket.put(DRIFT_KEYS.report('count-cars'), driftReport({ state: 'quiet', drifts: [] }));
  expect(await check('2026-11-27T02:15:00Z')).toEqual({
    outcome: 'ok',
    words: 'quiet, by 23252 answers',
    measured: { value: 1, unit: 'h' },
  });
});
