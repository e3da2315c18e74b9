import type { S3Client } from '@aws-sdk/client-s3';
import { Random } from '../../../bench/simulation/random.ts';
import { compareHours } from '../../../cli/drift/compare.ts';
import { EXIT_HELP, periodOf, program } from '../../../cli/drift/program.ts';
import { type Hours, readHours } from '../../../cli/drift/read-hours.ts';
import { comparisonAsJson, comparisonInWords } from '../../../cli/drift/words.ts';
import { ObjectNotFoundError, type Objects } from '../../../functions/platform/objects.ts';
import { MONDAY, object } from '../../drift/facts.ts';

const HOUR = 3_600_000;
const WEEK = 168;
const random = new Random(11);

/** A stored result of version 4 at this hour after `MONDAY`. */
function result(hour: number, changes: object = {}): Record<string, unknown> {
  const cells = Array.from({ length: 64 }, () => String.fromCharCode(58 + random.below(40)));
  const light = 100 + 20 * random.normal();
  return {
    id: 'a',
    endpoint: 'count-cars',
    status: 'done',
    created_at: new Date((MONDAY + hour) * HOUR + random.below(HOUR)).toISOString(),
    source: { kind: 'http' },
    count: 1,
    counts: { car: 1 },
    detections: [object('car', { x: random.below(500) })],
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: 'abc' },
    release: { function_version: '4', alias: 'live' },
    timing_ms: {},
    request: {},
    fingerprint: { sha256: 'abc', luminance: cells.join('') },
    annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
    captured: true,
    measures: { brightness: light, contrast: 0.5, saturation: 0.3, sharpness: 0.5, quality: 90 },
    ...changes,
  };
}

/** As an endpoint without the setting `drift` stores it. */
function unmeasured(value: Record<string, unknown>): Record<string, unknown> {
  const { measures: _, ...others } = value;
  return others;
}

const dark = { measures: { brightness: 20, contrast: 0.5, saturation: 0.3, sharpness: 0.5, quality: 90 } };

/** Two pictures an hour for ten days, dark ones from the hour 200 on where they are to be. */
const tenDays = (isDark: boolean) =>
  Array.from({ length: 480 }, (_, at) => result(Math.floor(at / 2), isDark && at >= 400 ? dark : {}));

/** The bucket that has these values as results. */
function bucketOf(values: readonly unknown[]) {
  const Contents = values.map((_, at) => ({ Key: `results/count-cars/${at}.json`, LastModified: new Date(), Size: 1 }));
  const s3 = { send: async () => ({ Contents }) } as unknown as S3Client;
  const getJson = async (key: string) => {
    const value = values[Number(/\d+/.exec(key)?.[0])];
    if (value instanceof Error) throw value;
    return value;
  };
  return { s3, bucket: 'bucket', objects: { getJson } as unknown as Objects };
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
    const { hours } = await read([result(5), result(9)], { from: (MONDAY + 8) * HOUR });
    expect(hours.map(({ hour }) => hour - MONDAY)).toEqual([9]);
    await expect(read([result(5), result(9)], { most: 1 })).rejects.toThrow(
      'Expected at most 1 results to read, received 2: narrow them with --since, or allow more with --most',
    );
  });
});

describe('a comparison', () => {
  const compared = async (values: readonly unknown[]) => {
    const hours = await read(values);
    return { hours, comparison: compareHours(hours, '4') };
  };

  test('with the first week of the live version finds nothing where nothing changed', async () => {
    const { hours, comparison } = await compared(tenDays(false));
    expect(comparison.drifts).toEqual([]);
    expect(comparison.reference).toMatchObject({ from: MONDAY, to: MONDAY + WEEK, pictures: 336 });
    expect(comparisonInWords('count-cars', comparison, hours)).toMatch(
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
    const { hours, comparison } = await compared(tenDays(true));
    expect(comparisonInWords('count-cars', comparison, hours)).toMatch(
      new RegExp(
        '^count-cars: the pictures or the answers have changed\\n  darker by 80 % \\(100 → 20\\), since Tuesday 2 ' +
          'December 2025, 08:00 UTC \\(found Tuesday 2 December 2025, \\d\\d:00 UTC\\)\\n',
      ),
    );
    expect(comparisonAsJson('count-cars', comparison, hours)).toMatchObject({
      endpoint: 'count-cars',
      reference: { from: '2025-11-24T00:00:00.000Z', pictures: 336 },
      evidence: null,
      drifts: [{ since: '2025-12-02T08:00:00.000Z', changes: [{ feature: 'brightness', now: 20 }] }],
    });
  });

  test('with a chosen period', async () => {
    const hours = await read(tenDays(false));
    const { reference } = compareHours(hours, '4', periodOf('2025-11-25..2025-11-27'));
    expect(reference).toMatchObject({ from: MONDAY + 24, to: MONDAY + 96, pictures: 144 });
  });

  test('is refused without enough pictures to compare with', async () => {
    const hours = await read([result(0), result(1)]);
    expect(() => compareHours(hours, '5')).toThrow('Expected results of the live version 5, received none');
    expect(() => compareHours(hours, '4')).toThrow(
      'Expected at least 50 scenes in the reference period, received 2 in 2 pictures: ' +
        'choose another one with --reference',
    );
  });

  test('has nothing yet in its first week, and says which answers have no measures', async () => {
    const hours: Hours = await read(tenDays(false).slice(0, 300).map(unmeasured));
    const words = comparisonInWords('count-cars', compareHours(hours, '4'), hours);
    expect(words).toContain('no drift (evidence 0.0 of 11.4');
    expect(words).toContain('  compared:  nothing yet\n');
    expect(words).toContain('300 of 300 answers have no measures: set drift: true for the endpoint (docs/drift.md)');
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
    for (const option of ['--since', '--reference', '--most', '--json', '--local']) expect(help).toContain(option);
    expect(EXIT_HELP).toContain('3  the pictures or the answers have changed');
  });
});
