/** The values of metrics by series and minute: those of the last minutes in memory, the others in the database. */

import type { Database, Table } from '../storage/database.ts';

/** CloudWatch's retention of data points of a minute. */
const RETENTION_MINUTES = 15 * 24 * 60;

/** Minutes of which values still come. Later ones are read from the database again. */
const RECENT_MINUTES = 3;

/** Minutes between two deletions of what is older than the retention. */
const DELETION_MINUTES = 60;

/**
 * The values of a minute: how often each came, by the time from which a query finds it, ms since 1970 and 0 for at
 * once. Most values are 0 or 1, so that counts are smaller than a list.
 */
export type Minute = Map<number, Map<number, number>>;

/** A minute as it is stored. */
type StoredMinute = readonly (readonly [from: number, counts: readonly (readonly [value: number, times: number])[]])[];

interface RecentMinute {
  readonly minute: number;
  readonly values: Minute;
  isSaved: boolean;
}

/** One value of a series. */
export interface Value {
  readonly minute: number;
  /** From when on a query finds it, ms since 1970; 0: at once. */
  readonly from: number;
  readonly value: number;
}

export class Minutes {
  private readonly database: Database;
  private readonly table: Table<StoredMinute>;
  /** By the keys of the table. */
  private readonly recent = new Map<string, RecentMinute>();
  private deletedAt = 0;

  constructor(database: Database) {
    this.database = database;
    this.table = database.table('metrics', 'keys');
  }

  add(series: string, { minute, from, value }: Value): void {
    const key = keyOf(series, minute);
    const found = this.recent.get(key) ?? { minute, values: this.stored(key), isSaved: false };
    const counts = found.values.get(from) ?? new Map<number, number>();
    found.values.set(from, counts.set(value, (counts.get(value) ?? 0) + 1));
    found.isSaved = false;
    this.recent.set(key, found);
  }

  /** The minutes of a series that have values, both bounds inclusive, in no order. */
  of(series: string, first: number, last: number): Map<number, Minute> {
    const found = new Map<number, Minute>();
    const prefix = prefixOf(series);
    for (const [key, stored] of this.table.below(prefix, keyOf(series, first - 1))) {
      const minute = minuteOf(key);
      if (minute > last) break;
      found.set(minute, minuteFrom(stored));
    }
    for (const [key, { minute, values }] of this.recent) {
      if (minute >= first && minute <= last && key.startsWith(prefix)) found.set(minute, values);
    }
    return found;
  }

  /** Stores what has changed since the last time, and deletes what is too old. @param now the present minute */
  save(now: number): void {
    const unsaved = [...this.recent].filter(([, { isSaved }]) => !isSaved);
    if (unsaved.length > 0) this.database.together(() => this.put(unsaved));
    for (const [key, { minute }] of this.recent) if (minute <= now - RECENT_MINUTES) this.recent.delete(key);
    if (now < this.deletedAt + DELETION_MINUTES) return;
    this.deletedAt = now;
    for (const series of this.allSeries())
      this.table.deleteRange(keyOf(series, 0), keyOf(series, now - RETENTION_MINUTES));
  }

  private put(minutes: readonly [string, RecentMinute][]): void {
    for (const [key, minute] of minutes) {
      this.table.put(
        key,
        [...minute.values].map(([from, counts]) => [from, [...counts]]),
      );
      minute.isSaved = true;
    }
  }

  private stored(key: string): Minute {
    return minuteFrom(this.table.get(key) ?? []);
  }

  private *allSeries(): Generator<string> {
    for (let after = ''; ; ) {
      const { value: row } = this.table.below('', after).next();
      if (!row) return;
      const { series } = JSON.parse(row[0]) as { series: string };
      yield series;
      after = keyOf(series, LAST_MINUTE);
    }
  }
}

/** Of eight digits, as all minutes from 1989 to 2160, so that keys are in order of their minutes. */
const LAST_MINUTE = 99_999_999;

function keyOf(series: string, minute: number): string {
  return JSON.stringify({ series, minute });
}

function prefixOf(series: string): string {
  return keyOf(series, 0).slice(0, -'0}'.length);
}

function minuteOf(key: string): number {
  return (JSON.parse(key) as { minute: number }).minute;
}

function minuteFrom(stored: StoredMinute): Minute {
  return new Map(stored.map(([from, counts]) => [from, new Map(counts)]));
}
