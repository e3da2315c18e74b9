import { checkTables } from '../../../cli/doctor/checks/tables.ts';
import type { DoctorContext } from '../../../cli/doctor/context.ts';
import { TABLE_KEYS } from '../../../functions/tables-contract.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';

const REMEDY = 'docs/runbook.md, TablesNotStarted';

test('tables that no compaction has written, of this night, and of the night before', async () => {
  const bucket = new MemoryBucket();
  const context = {
    clients: { s3: bucket.client },
    signal: new AbortController().signal,
  } as unknown as DoctorContext;
  const check = (at: string) => checkTables(context, 'bucket', new Date(at));

  expect(await check('2026-11-27T00:31:00Z')).toEqual({
    outcome: 'warning',
    words: 'results were never compacted: the first compaction is at 00:30 UTC',
    remedy: REMEDY,
  });
  bucket.put(TABLE_KEYS.state, { compacted_until: '2026-11-27T00:30:00Z' });
  expect(await check('2026-11-28T02:29:59Z')).toEqual({
    outcome: 'ok',
    words: 'compacted 25 h ago',
    measured: { value: 25, unit: 'h' },
  });
  expect(await check('2026-11-28T02:30:00Z')).toEqual({
    outcome: 'warning',
    words: 'compacted 26 h ago, expected each night: is the rule EachNight disabled?',
    remedy: REMEDY,
    measured: { value: 26, unit: 'h' },
  });
});
