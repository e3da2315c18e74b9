/** A look at an endpoint: by whatever way, and killed at any call, it has the same sketches, report and records. */

import { createHash } from 'node:crypto';
import { DRIFT_KEYS, type DriftReport, driftReportSchema } from '../../functions/drift-contract.ts';
import { look } from '../../functions/drift-job/look.ts';
import { ObjectChangedError } from '../../functions/platform/objects.ts';
import { uploadName } from '../../functions/records/recorded-requests.ts';
import { MONDAY } from '../drift/facts.ts';
import { capture, dark, HOUR_MS, result, workdays } from '../drift/stored.ts';
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

const QUIET = workdays(9);
/** Ten days, dark from the ninth on. The first week is the reference: until Monday, 08:00. */
const DARK = workdays(10, 200);

/** With the sketches and the state of a look before it is dark. */
const QUIET_SO_FAR = new Map<string, Buffer>();
beforeAll(async () => {
  const bucket = bucketOf(DARK);
  await lookAt(bucket, 199);
  for (const [key, { bytes }] of bucket.objects) QUIET_SO_FAR.set(key, bytes);
});

function quietSoFar(): MemoryBucket {
  const bucket = new MemoryBucket(1000);
  for (const [key, bytes] of QUIET_SO_FAR) bucket.put(key, bytes);
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
      reference: { from: '2025-11-24T08:00:00.000Z', to: '2025-12-01T08:00:00.000Z', pictures: 192 },
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
    const bucket = quietSoFar();
    const reports: DriftReport[] = [];
    for (const hour of [199, 206, 240]) reports.push(await lookAt(bucket, hour));
    expect(reports.map(({ state }) => state)).toEqual(['quiet', 'drift', 'drift']);
    expect(reports[1]?.pictures).toEqual(reports[2]?.pictures);
    const last = reports.at(-1) as DriftReport;
    expect(last.drifts).toMatchObject([
      { since: '2025-12-02T08:00:00.000Z', changes: [{ feature: 'brightness', now: 20 }] },
    ]);
    const { before = [], after = [] } = last.pictures ?? {};
    const lightOf = ({ id }: { id: string }) =>
      DARK.find((value) => value.id === id)?.measures as { brightness: number };
    expect([before.length, after.length]).toEqual([12, expect.any(Number)]);
    expect(before.every((picture) => lightOf(picture).brightness > 50)).toBe(true);
    expect(after.length).toBeGreaterThan(4);
    expect(after.every((picture) => lightOf(picture).brightness === 20)).toBe(true);
    expect(before[0]).toEqual({ id: before[0]?.id, key: `inputs/count-cars/${before[0]?.id}` });
    const [key = ''] = found(bucket);
    expect(found(bucket)).toEqual([DRIFT_KEYS.found(ENDED, last.drifts[0]?.found ?? '')]);
    expect(bucket.json(key)).toMatchObject({ endpoint: 'count-cars', version: '4', summary: last.drifts[0]?.summary });
  });

  test('at all hours at once has the sketches of looks each day', async () => {
    const [once, daily] = [bucketOf(DARK.slice(0, 144)), bucketOf(DARK.slice(0, 144))];
    await lookAt(once, 72);
    for (const hour of [10, 24, 35, 57, 72]) await lookAt(daily, hour);
    const sketches = DRIFT_KEYS.sketches(ENDED);
    expect(written(once, sketches)).toEqual(written(daily, sketches));
    expect(written(once, sketches)).toHaveLength(3);
  });

  test('killed at any call and repeated, it writes the same', async () => {
    const whole = quietSoFar();
    let all = 0;
    whole.onCall = () => {
      all += 1;
    };
    await lookAt(whole, 206);
    expect(found(whole)).toHaveLength(1);
    for (let kill = 0; kill < all; kill += Math.ceil(all / 6)) {
      const bucket = quietSoFar();
      let calls = 0;
      bucket.onCall = () => {
        calls += 1;
        if (calls > kill) throw new Error('killed');
      };
      await expect(lookAt(bucket, 206)).rejects.toThrow();
      bucket.onCall = () => {};
      await lookAt(bucket, 206);
      expect(written(bucket)).toEqual(written(whole));
    }
  });

  test('counts a result that is stored ten minutes after its hour, and none twice', async () => {
    const bucket = bucketOf(QUIET.slice(0, 20));
    expect((await lookAt(bucket, 10, { minute: 9 })).answers.with_measures).toBe(8);
    capture(bucket, result(9));
    expect((await lookAt(bucket, 10, { minute: 10 })).answers.with_measures).toBe(17);
    capture(bucket, result(9));
    expect((await lookAt(bucket, 10, { minute: 50 })).answers.with_measures).toBe(17);
  });

  test('goes on where the time of the function ended', async () => {
    const [whole, parts] = [bucketOf(DARK.slice(0, 144)), bucketOf(DARK.slice(0, 144))];
    await lookAt(whole, 72);
    for (let times = 0; times < 6; times += 1) {
      let asked = 0;
      const isLate = () => {
        asked += 1;
        return asked > 4;
      };
      await lookAt(parts, 72, { isLate });
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
    await expect(lookAt(bucket, 11)).rejects.toThrow(ObjectChangedError);
    expect((await lookAt(bucket, 11)).answers.with_measures).toBe(20);
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

  test('are uploads by their notes; a drift shows them where their sender put them', async () => {
    const source = { kind: 'upload', bucket: 'bucket', key: 'uploads/count-cars/yard.jpg', version: 'version-1' };
    const uploads = DARK.map((value, at) => ({ ...value, id: at.toString(16).padStart(32, '0'), source }));
    const bucket = new MemoryBucket(1000);
    bucket.put(source.key, Buffer.from('JPEG'));
    for (const upload of uploads) {
      const { id, created_at } = upload as unknown as Record<string, string>;
      bucket.put(`inputs/count-cars/${uploadName(Date.parse(created_at ?? ''), id ?? '')}`, { id });
      bucket.put(`results/count-cars/${id}.json`, upload);
    }
    const { state, pictures, answers } = await lookAt(bucket, 240);
    expect([state, answers.with_measures]).toEqual(['drift', 480]);
    expect(pictures?.after[0]).toEqual({ id: expect.any(String), key: source.key, version: 'version-1' });
  });

  test('are 5000 pictures of an hour at most, by chance', async () => {
    const many = Array.from({ length: 5500 }, () => result(0, { fingerprint: { sha256: 'a' } }));
    const { pictures } = (await lookAt(bucketOf(many), 1)).reference;
    expect(pictures).toBeGreaterThan(4850);
    expect(pictures).toBeLessThan(5150);
  });
});

describe('a reference that an operator accepted', () => {
  const accepted = {
    function_name: 'counter',
    version: '4',
    from: '2025-12-02T08:00:00.000Z',
    to: '2025-12-04T08:00:00.000Z',
    by: 'ann',
    at: '2025-12-04T00:00:00.000Z',
  };

  test('is collected, then compared with', async () => {
    const bucket = quietSoFar();
    for (const value of workdays(11, 0).slice(480)) capture(bucket, value);
    expect(await lookAt(bucket, 240)).toMatchObject({ state: 'drift' });
    bucket.put(DRIFT_KEYS.reference('count-cars'), accepted);
    const { from, to, by, at } = accepted;
    expect(await lookAt(bucket, 241)).toMatchObject({
      state: 'collecting',
      reference: { from, to, accepted: { by, at } },
    });
    expect(await lookAt(bucket, 264)).toMatchObject({ state: 'quiet', drifts: [], compared: { pictures: 48 } });
    expect(found(bucket)).toHaveLength(1);
  });

  test('is one of its version only', async () => {
    const bucket = bucketOf(QUIET);
    bucket.put(DRIFT_KEYS.reference('count-cars'), { ...accepted, version: '3' });
    expect((await lookAt(bucket, 216)).reference.accepted).toBeUndefined();
  });
});

test('sketches of the reference are written again each month, so that they do not expire', async () => {
  const bucket = new MemoryBucket(1000);
  bucket.now = new Date((MONDAY + 199) * HOUR_MS);
  for (const [key, bytes] of QUIET_SO_FAR) bucket.put(key, bytes);
  const day = DRIFT_KEYS.sketchDay(ENDED, '2025-11-24');
  const before = bucket.objects.get(day);
  await lookAt(bucket, 199 + 29 * 24);
  expect(bucket.objects.get(day)).toBe(before);
  bucket.now = new Date((MONDAY + 199 + 31 * 24) * HOUR_MS);
  await lookAt(bucket, 199 + 31 * 24);
  expect(bucket.objects.get(day)).toEqual({ ...before, modified: bucket.now });
});

test('a drift is reported until seven days after its last alarm; an old one is not announced', async () => {
  const repaired = workdays(18).map((value, at) => (at >= 384 && at < 432 ? { ...value, ...dark } : value));
  const bucket = bucketOf(repaired);
  const report = await lookAt(bucket, 432);
  expect(report).toMatchObject({ state: 'quiet', drifts: [{ since: '2025-12-02T08:00:00.000Z' }] });
  expect(found(bucket)).toEqual([]);
});
