/** A look at an endpoint: by whatever way, and killed at any call, it has the same sketches, report and records. */

import { createHash } from 'node:crypto';
import { DRIFT_KEYS, type DriftReport, driftReportSchema } from '../../functions/drift-contract.ts';
import { look } from '../../functions/drift-job/look.ts';
import { ObjectChangedError } from '../../functions/platform/objects.ts';
import { MONDAY } from '../drift/facts.ts';
import { capture, dark, days, HOUR_MS, result } from '../drift/stored.ts';
import { MemoryBucket } from '../tables/memory-bucket.ts';

const OF = { endpoint: 'count-cars', functionName: 'counter' };
const ENDED = { ...OF, version: '4' };
const never = () => false;

/** @param hour after `MONDAY`, and minutes after it */
function lookAt(bucket: MemoryBucket, hour: number, { minute = 15, version = '4', isLate = never } = {}) {
  const now = new Date((MONDAY + hour) * HOUR_MS + minute * 60_000);
  const live = { read: async () => ({ routing: { version }, revision: '1' }) };
  const context = { of: OF, objects: bucket.asObjects, client: bucket.client, live, clock: { now: () => now }, isLate };
  return look(context);
}

function bucketOf(values: readonly Record<string, unknown>[]): MemoryBucket {
  const bucket = new MemoryBucket(1000);
  for (const value of values) capture(bucket, value);
  return bucket;
}

const QUIET = days(9);
/** Four days, dark from the third on at 08:00, with the first two as reference. */
const DARK = days(4, { darkFrom: 56, ofHour: 8 });
const TWO_DAYS = {
  function_name: 'counter',
  version: '4',
  from: '2025-11-24T00:00:00.000Z',
  to: '2025-11-26T00:00:00.000Z',
  by: 'ann',
  at: '2025-11-26T00:00:00.000Z',
};

function darkBucket(): MemoryBucket {
  const bucket = bucketOf(DARK);
  bucket.put(DRIFT_KEYS.reference('count-cars'), TWO_DAYS);
  return bucket;
}

/** Hashes of what the monitor has written. */
const written = (bucket: MemoryBucket, ...prefixes: readonly string[]) =>
  (prefixes.length > 0 ? prefixes : ['drift/', 'drifts/']).flatMap((prefix) =>
    Object.entries(bucket.below(prefix)).map(([key, text]) => `${key} ${createHash('md5').update(text).digest('hex')}`),
  );
const found = (bucket: MemoryBucket) => [...bucket.objects.keys()].filter((key) => key.startsWith('drifts/'));

describe('a look', () => {
  test('collects the reference for a week, then finds nothing where nothing changed', async () => {
    const bucket = bucketOf(QUIET);
    const first = await lookAt(bucket, 100);
    expect(first).toMatchObject({
      state: 'collecting',
      version: '4',
      reference: { from: '2025-11-24T00:00:00.000Z', to: '2025-12-01T00:00:00.000Z', pictures: 200 },
      compared: { pictures: 0 },
      drifts: [],
    });
    const report = await lookAt(bucket, 216);
    expect(report).toMatchObject({ state: 'quiet', compared: { to: '2025-12-03T00:00:00.000Z', pictures: 96 } });
    expect(report.answers).toEqual({ with_measures: 432, without_measures: 0, unreadable: 0 });
    expect(found(bucket)).toEqual([]);
    expect(bucket.json(DRIFT_KEYS.report('count-cars'))).toEqual(report);
    expect(driftReportSchema.parse(report)).toEqual(report);
  });

  test('says what changed and since when, with pictures from before and after, and records it once', async () => {
    const bucket = darkBucket();
    const reports: DriftReport[] = [];
    for (const hour of [50, 57, 64, 72, 96]) reports.push(await lookAt(bucket, hour));
    expect(reports.map(({ state }) => state)).toEqual(['quiet', 'quiet', 'drift', 'drift', 'drift']);
    const last = reports.at(-1) as DriftReport;
    expect(last.drifts).toMatchObject([
      { since: '2025-11-26T08:00:00.000Z', changes: [{ feature: 'brightness', now: 20 }] },
    ]);
    const { before = [], after = [] } = last.pictures ?? {};
    const lightOf = ({ id }: { id: string }) =>
      DARK.find((value) => value.id === id)?.measures as { brightness: number };
    expect([before.length, after.length]).toEqual([12, expect.any(Number)]);
    expect(before.every((picture) => Math.abs(lightOf(picture).brightness - 100) < 20)).toBe(true);
    expect(after.length).toBeGreaterThan(4);
    expect(after.every((picture) => lightOf(picture).brightness === 20)).toBe(true);
    expect(before[0]).toEqual({ id: before[0]?.id, key: `inputs/count-cars/${before[0]?.id}` });
    const [key = ''] = found(bucket);
    expect(found(bucket)).toEqual([DRIFT_KEYS.found(ENDED, last.drifts[0]?.found ?? '')]);
    expect(bucket.json(key)).toMatchObject({ endpoint: 'count-cars', version: '4', summary: last.drifts[0]?.summary });
  });

  test('at all hours at once has the sketches of looks each day', async () => {
    const [once, daily] = [darkBucket(), darkBucket()];
    await lookAt(once, 96);
    for (const hour of [24, 35, 57, 96]) await lookAt(daily, hour);
    const sketches = DRIFT_KEYS.sketches(ENDED);
    expect(written(once, sketches)).toEqual(written(daily, sketches));
    expect(written(once, sketches)).toHaveLength(4);
  });

  test('killed at any call and repeated, it writes the same', async () => {
    const whole = darkBucket();
    await lookAt(whole, 58);
    const before = new Map(whole.objects);
    let all = 0;
    whole.onCall = () => {
      all += 1;
    };
    await lookAt(whole, 66);
    expect(found(whole)).toHaveLength(1);
    for (let kill = 0; kill < all; kill += 7) {
      const bucket = new MemoryBucket(1000);
      for (const [key, { bytes }] of before) bucket.put(key, bytes);
      let calls = 0;
      bucket.onCall = () => {
        calls += 1;
        if (calls > kill) throw new Error('killed');
      };
      await expect(lookAt(bucket, 66)).rejects.toThrow();
      bucket.onCall = () => {};
      await lookAt(bucket, 66);
      expect(written(bucket)).toEqual(written(whole));
    }
  });

  test('counts a result that is stored ten minutes after its hour, and none twice', async () => {
    const bucket = bucketOf(QUIET.slice(0, 20));
    expect((await lookAt(bucket, 10, { minute: 9 })).answers.with_measures).toBe(18);
    capture(bucket, result(9));
    expect((await lookAt(bucket, 10, { minute: 10 })).answers.with_measures).toBe(21);
    capture(bucket, result(9));
    expect((await lookAt(bucket, 10, { minute: 50 })).answers.with_measures).toBe(21);
  });

  test('goes on where the time of the function ended', async () => {
    const [whole, parts] = [darkBucket(), darkBucket()];
    await lookAt(whole, 96);
    for (let times = 0; times < 6; times += 1) {
      let asked = 0;
      const isLate = () => {
        asked += 1;
        return asked > 20;
      };
      await lookAt(parts, 96, { isLate });
    }
    expect(written(parts)).toEqual(written(whole));
  });

  test('fails where another one writes the same hours, and is repeated', async () => {
    const bucket = bucketOf(QUIET.slice(0, 20));
    let isFirst = true;
    bucket.onCall = (name, key) => {
      if (name !== 'put' || !key.endsWith('2025-11-24.json') || !isFirst) return;
      isFirst = false;
      bucket.put(key, { version: '4', day: '2025-11-24', hours: [] });
    };
    await expect(lookAt(bucket, 10)).rejects.toThrow(ObjectChangedError);
    expect((await lookAt(bucket, 10)).answers.with_measures).toBe(20);
  });
});

describe('what is watched', () => {
  test('are answers of the live version to callers', async () => {
    const others = [
      { function_version: '5', alias: 'live' },
      { function_version: '4', alias: 'candidate' },
      { function_name: 'deleted', function_version: '4', alias: 'live' },
    ].map((release) => result(1, { release }));
    const bucket = bucketOf([...QUIET.slice(0, 10), ...others]);
    expect((await lookAt(bucket, 10)).answers.with_measures).toBe(10);
    const ofNewer = await lookAt(bucket, 10, { version: '5' });
    expect(ofNewer).toMatchObject({ version: '5', state: 'collecting', answers: { with_measures: 1 } });
  });

  test('are refused pictures too, but nothing that is erased or no result', async () => {
    const { status: _, measures: __, ...answered } = result(1);
    const problem = { type: 'about:blank', title: 'Undecodable', status: 422, detail: '', instance: '/a', errors: [] };
    const bucket = bucketOf([...QUIET.slice(0, 4), { ...answered, status: 'rejected', problem }]);
    bucket.put('inputs/count-cars/019ac000-0000-7000-8000-000000000000', Buffer.from('erased'));
    capture(bucket, { id: String(result(1).id) });
    const report = await lookAt(bucket, 10);
    expect(report.reference.pictures).toBe(5);
    expect(report.answers).toEqual({ with_measures: 4, without_measures: 0, unreadable: 1 });
  });

  test('are 5000 pictures of an hour at most, by chance', async () => {
    const many = Array.from({ length: 5500 }, () => result(0, { fingerprint: { sha256: 'a' } }));
    const { pictures } = (await lookAt(bucketOf(many), 1)).reference;
    expect(pictures).toBeGreaterThan(4850);
    expect(pictures).toBeLessThan(5150);
  });
});

describe('a reference that an operator accepted', () => {
  const accepted = { ...TWO_DAYS, from: '2025-11-26T08:00:00.000Z', to: '2025-11-28T08:00:00.000Z' };

  test('is collected, then compared with', async () => {
    const bucket = darkBucket();
    for (const value of days(5, { darkFrom: 56, ofHour: 8 }).slice(4 * 192)) capture(bucket, value);
    expect(await lookAt(bucket, 96)).toMatchObject({ state: 'drift' });
    bucket.put(DRIFT_KEYS.reference('count-cars'), accepted);
    const { from, to, by, at } = accepted;
    expect(await lookAt(bucket, 97)).toMatchObject({
      state: 'collecting',
      reference: { from, to, accepted: { by, at } },
    });
    expect(await lookAt(bucket, 120)).toMatchObject({ state: 'quiet', drifts: [] });
    expect(found(bucket)).toHaveLength(1);
  });

  test('is one of its version only', async () => {
    const bucket = bucketOf(QUIET);
    bucket.put(DRIFT_KEYS.reference('count-cars'), { ...accepted, version: '3' });
    expect((await lookAt(bucket, 216)).reference.accepted).toBeUndefined();
  });
});

test('a drift is reported until seven days after its last alarm; an old one is not announced', async () => {
  const repaired = days(11, { ofHour: 6 }).map((value, at) => (at >= 336 && at < 420 ? { ...value, ...dark } : value));
  const bucket = bucketOf(repaired);
  bucket.put(DRIFT_KEYS.reference('count-cars'), TWO_DAYS);
  const report = await lookAt(bucket, 264);
  expect(report).toMatchObject({ state: 'quiet', drifts: [{ since: '2025-11-26T08:00:00.000Z' }] });
  expect(found(bucket)).toEqual([]);
});
