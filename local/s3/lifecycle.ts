/**
 * Lifecycle rules of buckets: which versions of an object have expired.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */

import type { KeyVersions } from './versions.ts';

/** One rule. Numbers are days. */
export interface LifecycleRule {
  /** Of the keys. `''`: all. */
  readonly prefix: string;
  /** After which the current version is deleted, which leaves a marker. */
  readonly days?: number;
  /** After which a noncurrent version is removed. It becomes noncurrent when the next one is written. */
  readonly noncurrentDays?: number;
  /** Whether a marker without versions is removed. */
  readonly removesMarkers?: boolean;
}

/** What has expired of one key. */
export interface Expired {
  /** Whether the current version is to be deleted. */
  readonly current: boolean;
  /** Ids of versions and markers to remove for good. */
  readonly versions: readonly string[];
}

const DAY_MS = 24 * 3_600_000;

/**
 * What has expired at `now`.
 * @param timeOf the time, by the same clock as `now`, at which a version was written. Default: as it is noted
 */
export function expiredOf(
  { key, versions }: KeyVersions,
  rules: readonly LifecycleRule[],
  now: Date,
  timeOf: (iso: string) => Date = (iso) => new Date(iso),
): Expired {
  const own = rules.filter(({ prefix }) => key.startsWith(prefix));
  const [newest, ...others] = versions;
  if (!newest) return { current: false, versions: [] };
  const isOver = (iso: string, days: number | undefined) =>
    days !== undefined && now.getTime() >= endOf(timeOf(iso), days).getTime();
  const isOnlyMarker = newest.isDeleteMarker && others.length === 0;
  if (isOnlyMarker && own.some(({ removesMarkers }) => removesMarkers))
    return { current: false, versions: [newest.id] };
  const noncurrent = others.filter((_, index) =>
    own.some(({ noncurrentDays }) => isOver((versions[index] ?? newest).lastModified, noncurrentDays)),
  );
  const current = !newest.isDeleteMarker && own.some(({ days }) => isOver(newest.lastModified, days));
  return { current, versions: noncurrent.map(({ id }) => id) };
}

/** S3 adds the days and rounds up to the next midnight UTC. */
function endOf(from: Date, days: number): Date {
  return new Date(Math.ceil((from.getTime() + days * DAY_MS) / DAY_MS) * DAY_MS);
}
