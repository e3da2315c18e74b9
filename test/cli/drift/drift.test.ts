import type { S3Client } from '@aws-sdk/client-s3';
import { acceptedInWords, acceptReference } from '../../../cli/drift/accept.ts';
import { lookAtResults, lookAtSketches, reportWithPictures } from '../../../cli/drift/compare.ts';
import { EXIT_HELP, periodOf, program } from '../../../cli/drift/program.ts';
import { readHours } from '../../../cli/drift/read-hours.ts';
import { reportInWords } from '../../../cli/drift/words.ts';
import { DRIFT_KEYS, type DriftReport, driftReportSchema } from '../../../functions/drift-contract.ts';
import { look as runLook } from '../../../functions/drift-job/look.ts';
import type { Look } from '../../../functions/drift-records/report.ts';
import { ObjectNotFoundError, type Objects } from '../../../functions/platform/objects.ts';
import { MONDAY } from '../../drift/facts.ts';
import { capture, days, HOUR_MS, result } from '../../drift/stored.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';

const WEEK = 168;

/** As an endpoint without the setting `drift` stores it. */
function unmeasured(value: Record<string, unknown>): Record<string, unknown> {
  const { measures: _, ...others } = value;
  return others;
}

/** Two pictures an hour for ten days, dark ones from the hour 200 on where they are to be. */
const tenDays = (isDark: boolean) => days(10, isDark ? { darkFrom: 200 } : {});

/** The bucket that has these values as results. */
function bucketOf(values: readonly unknown[]) {
  const Contents = values.map((_, at) => ({ Key: `results/count-cars/${at}.json`, LastModified: new Date(), Size: 1 }));
  const s3 = { send: async () => ({ Contents }) } as unknown as S3Client;
  const getJson = async (key: string) => {
    const value = values[Number(/\d+/.exec(key)?.[0])];
    if (value instanceof Error) throw value;
    return value;
  };
  return {
    s3,
    bucket: 'bucket',
    objects: { bucket: 'bucket', getJson, findJson: async () => undefined } as unknown as Objects,
  };
}

const read = (values: readonly unknown[], changes = {}) =>
  readHours(bucketOf(values), { endpoint: 'count-cars', from: 0, most: 1000, ...changes });

describe('the results of an endpoint', () => {
  test('become sketches of their hours', async () => {
    const { hours, firstHours, ...counts } = await read([result(5), result(3), result(5)]);
    expect(hours.map(({ hour, sketch }) => [hour - MONDAY, sketch.pictures])).toEqual([
      [3, 1],
      [5, 2],
    ]);
    expect([...firstHours]).toEqual([['4', MONDAY + 3]]);
    expect(counts).toEqual({ measured: 3, unmeasured: 0, unreadable: 0 });
  });

  test('are refused pictures, too, but no decisions of people, and nothing that is deleted or no result', async () => {
    const { status: _, ...answered } = result(0);
    const problem = { type: 'about:blank', title: 'Undecodable', status: 422 };
    const values = [
      unmeasured(result(0)),
      { ...answered, status: 'rejected', problem: { ...problem, detail: '', instance: '/a', errors: [] } },
      { ...answered, status: 'human' },
      new ObjectNotFoundError('gone'),
      new SyntaxError('no JSON'),
      { a: 1 },
    ];
    const { hours, unmeasured: without, unreadable } = await read(values);
    expect(hours[0]?.sketch).toMatchObject({ pictures: 2, refused: 1 });
    expect([without, unreadable]).toEqual([1, 2]);
  });

  test('from before the first time are left out, and too many are refused', async () => {
    const { hours } = await read([result(5), result(9)], { from: (MONDAY + 8) * HOUR_MS });
    expect(hours.map(({ hour }) => hour - MONDAY)).toEqual([9]);
    await expect(read([result(5), result(9)], { most: 1 })).rejects.toThrow(
      'Expected at most 1 results to read, received 2: narrow them with --since, or allow more with --most',
    );
  });
});

const OF = { endpoint: 'count-cars', functionName: 'counter', version: '4' };
const NOW = new Date('2025-12-04T00:20:00Z');

describe('a comparison of results', () => {
  const look = (values: readonly unknown[], question: object = {}) =>
    lookAtResults(bucketOf(values), { of: OF, ...question }, { endpoint: 'count-cars', from: 0, most: 1000 });
  const reported = async (values: readonly unknown[], question: object = {}) =>
    reportWithPictures(bucketOf(values).objects, await look(values, question), NOW);

  test('with the first week of the live version finds nothing where nothing changed', async () => {
    const report = await reported(tenDays(false));
    expect(report).toMatchObject({ state: 'quiet', drifts: [], reference: { pictures: 336 } });
    expect(reportInWords(report)).toMatch(
      new RegExp(
        '^count-cars: no drift \\(evidence \\d\\.\\d of 11\\.4, natural logarithms\\)\\n' +
          '  reference: Monday 24 November 2025, 00:00 UTC to Monday 1 December 2025, 00:00 UTC, ' +
          '336 pictures of \\d+ scenes\\n' +
          '  compared:  Monday 1 December 2025, 00:00 UTC to Thursday 4 December 2025, 00:00 UTC, ' +
          '144 pictures of \\d+ scenes$',
      ),
    );
  });

  test('says what changed, since when, and when it was found', async () => {
    const report = await reported(tenDays(true));
    expect(reportInWords(report)).toMatch(
      new RegExp(
        '^count-cars: the pictures or the answers have changed\\n  darker by 80 % \\(100 → 20\\), since Tuesday 2 ' +
          'December 2025, 08:00 UTC \\(found Tuesday 2 December 2025, \\d\\d:00 UTC\\)\\n',
      ),
    );
    expect(report).toMatchObject({
      endpoint: 'count-cars',
      state: 'drift',
      reference: { from: '2025-11-24T00:00:00.000Z', pictures: 336 },
      drifts: [{ since: '2025-12-02T08:00:00.000Z', changes: [{ feature: 'brightness', now: 20 }] }],
    });
    expect(driftReportSchema.parse(report)).toEqual(report);
  });

  test('with a chosen period', async () => {
    const { reference } = await reported(tenDays(false), { reference: periodOf('2025-11-25..2025-11-27') });
    expect(reference).toMatchObject({
      from: '2025-11-25T00:00:00.000Z',
      to: '2025-11-28T00:00:00.000Z',
      pictures: 144,
    });
  });

  test('is refused without enough pictures to compare with', async () => {
    const few = [result(0), result(1)];
    await expect(look(few, { of: { ...OF, version: '5' } })).rejects.toThrow(
      'Expected results of the live version 5, received none',
    );
    await expect(look(few)).rejects.toThrow(
      'Expected at least 50 scenes in the reference period, received 2 in 2 pictures: ' +
        'choose another one with --reference',
    );
  });

  test('has nothing yet in its first week, and says which answers have no measures', async () => {
    const words = reportInWords(await reported(tenDays(false).slice(0, 300).map(unmeasured)));
    expect(words).toContain('count-cars: the reference period is not complete\n');
    expect(words).toContain('  compared:  nothing yet\n');
    expect(words).toContain('300 of 300 answers have no measures: set drift: true for the endpoint (docs/drift.md)');
  });
});

describe('an endpoint with a monitor', () => {
  /** Its sketches, and its report. */
  async function watched(): Promise<MemoryBucket> {
    const bucket = new MemoryBucket(1000);
    for (const value of tenDays(true)) capture(bucket, value);
    const live = { read: async () => ({ routing: { version: '4' }, revision: '1' }) };
    const { asObjects: objects, client } = bucket;
    await runLook({ of: OF, objects, client, live, clock: { now: () => NOW }, isLate: () => false });
    for (const key of bucket.objects.keys()) if (key.startsWith('results/')) bucket.objects.delete(key);
    return bucket;
  }
  const sourceOf = ({ client, asObjects }: MemoryBucket) => ({ s3: client, bucket: 'bucket', objects: asObjects });

  test('has the report of its monitor, without a result that is read', async () => {
    const bucket = await watched();
    const look = await lookAtSketches(sourceOf(bucket), { of: OF });
    expect(await reportWithPictures(bucket.asObjects, look as Look, NOW)).toEqual(
      bucket.json(DRIFT_KEYS.report('count-cars')),
    );
    expect(await lookAtSketches(sourceOf(bucket), { of: { ...OF, version: '5' } })).toBeUndefined();
  });

  test('gets the week since a drift, or another period, as its reference', async () => {
    const bucket = await watched();
    const acceptance = { of: OF, by: 'ann', at: NOW };
    const accepted = await acceptReference(bucket.asObjects, acceptance);
    expect(accepted).toEqual({
      function_name: 'counter',
      version: '4',
      from: '2025-12-02T08:00:00.000Z',
      to: '2025-12-09T08:00:00.000Z',
      by: 'ann',
      at: NOW.toISOString(),
    });
    expect(acceptedInWords(accepted, OF, NOW)).toBe(
      'count-cars: the reference is 2025-12-02T08:00:00.000Z to 2025-12-09T08:00:00.000Z, accepted by ann. ' +
        'The next look uses it. Until its end nothing is compared.',
    );
    const look = await lookAtSketches(sourceOf(bucket), { of: OF });
    const words = reportInWords(await reportWithPictures(bucket.asObjects, look as Look, NOW));
    expect(words).toContain('\n             accepted by ann, Thursday 4 December 2025, 00:00 UTC\n');
    await acceptReference(bucket.asObjects, { ...acceptance, period: periodOf('2025-11-25..2025-11-27') });
    expect(bucket.json(DRIFT_KEYS.reference('count-cars'))).toMatchObject({ from: '2025-11-25T00:00:00.000Z' });
  });

  test('accepts nothing without a report, or without a drift', async () => {
    const bucket = new MemoryBucket(1000);
    const acceptance = { of: OF, by: 'ann', at: NOW };
    await expect(acceptReference(bucket.asObjects, acceptance)).rejects.toThrow(
      'Expected a report of the monitor about version 4 of count-cars, received none: ' +
        'set drift: true for the endpoint, or wait an hour',
    );
    const report = (await watched()).json(DRIFT_KEYS.report('count-cars')) as DriftReport;
    bucket.put(DRIFT_KEYS.report('count-cars'), { ...report, drifts: [] });
    await expect(acceptReference(bucket.asObjects, acceptance)).rejects.toThrow(
      'Expected a drift to accept, received none: choose a period with --reference <first day>..<last day>',
    );
  });
});

describe('the command line', () => {
  test('takes whole days of a reference period', () => {
    expect(periodOf('2025-11-24..2025-11-30')).toEqual({ from: MONDAY, to: MONDAY + WEEK });
    for (const text of ['2025-11-24', '2025-11-30..2025-11-24', '2025-13-01..2025-13-02']) {
      expect(() => periodOf(text)).toThrow(
        `Expected a first and a last day (2026-11-02..2026-11-08), received ${text}.`,
      );
    }
  });

  test('has options with their defaults, and exit codes', () => {
    const help = program(() => new Date('2026-11-26T12:00:00Z')).helpInformation();
    for (const option of ['--since', '--reference', '--most', '--accept', '--by', '--json', '--local'])
      expect(help).toContain(option);
    expect(EXIT_HELP).toContain('3  the pictures or the answers have changed');
  });
});
