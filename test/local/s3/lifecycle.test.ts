import { expiredOf, type LifecycleRule } from '../../../local/s3/lifecycle.ts';
import type { ObjectVersion } from '../../../local/s3/versions.ts';

const RULES: readonly LifecycleRule[] = [
  { prefix: 'results/', days: 30 },
  { prefix: '', noncurrentDays: 7, removesMarkers: true },
];

function version(id: string, lastModified: string, isDeleteMarker = false): ObjectVersion {
  return { id, isDeleteMarker, lastModified, size: isDeleteMarker ? 0 : 1, etag: '' };
}

const expired = (key: string, versions: readonly ObjectVersion[], now: string) =>
  expiredOf({ bucket: 'b', key, versions }, RULES, new Date(now));

test.each([
  ['results/a', '2026-01-31T23:59:59Z', false],
  ['results/a', '2026-02-01T00:00:00Z', true],
  ['uploads/a', '2027-01-01T00:00:00Z', false],
])('an object of January 1, 12:00, with the key %s, on %s: expired %s', (key, now, current) => {
  // 30 days later is January 31, 12:00, which S3 rounds up to the next midnight.
  expect(expired(key, [version('v', '2026-01-01T12:00:00Z')], now)).toEqual({ current, versions: [] });
});

test('the age of a noncurrent version begins when the next one is written', () => {
  const versions = [
    version('new', '2026-03-01T00:00:00Z'),
    version('middle', '2026-02-01T00:00:00Z'),
    version('old', '2026-01-01T00:00:00Z'),
  ];
  expect(expired('uploads/a', versions, '2026-02-08T00:00:00Z').versions).toEqual(['old']);
  expect(expired('uploads/a', versions, '2026-03-08T00:00:00Z').versions).toEqual(['middle', 'old']);
});

test('a marker stays while it hides a version, and is removed afterwards', () => {
  const marker = version('marker', '2026-01-01T00:00:00Z', true);
  expect(expired('uploads/a', [marker, version('old', '2025-12-31T00:00:00Z')], '2026-01-02T00:00:00Z')).toEqual({
    current: false,
    versions: [],
  });
  expect(expired('uploads/a', [marker], '2026-01-02T00:00:00Z')).toEqual({ current: false, versions: ['marker'] });
});

test('times are those of the clock that is given', () => {
  const key = { bucket: 'b', key: 'results/a', versions: [version('v', '2026-01-01T00:00:00Z')] };
  const later = (iso: string) => new Date(Date.parse(iso) + 100 * 24 * 3_600_000);
  expect(expiredOf(key, RULES, new Date('2026-03-01T00:00:00Z'), later).current).toBe(false);
});
