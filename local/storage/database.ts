/**
 * What the emulator keeps between two starts: tables of JSON values in one SQLite database. In memory where nothing is
 * to be kept.
 *
 * A change is with the operating system before its call returns, so it survives the end of the process by any signal.
 * After a power failure the last changes may be missing (`synchronous = NORMAL`), because a wait for the disk would
 * take 5 ms for each.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */

import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Name of the database in the folder of the state. */
const FILE = 'state.db';

/** Of the tables' contents. Format 1 had a file for each object, which 2 can read. Others are not read. */
const FORMAT = 2;
const READABLE: readonly number[] = [1, FORMAT];

/** Another process uses the state. */
export class StateInUseError extends Error {
  override readonly name = 'StateInUseError';
  constructor(folder: string) {
    super(`The state in ${folder} is in use by another emulator.`);
  }
}

/** Another version of this project has written the state. */
export class StateFormatError extends Error {
  override readonly name = 'StateFormatError';
  constructor(folder: string, format: number) {
    super(`Expected a state of format ${FORMAT} in ${folder}, received format ${format}.`);
  }
}

/** Rows that are read at a time. */
const PAGE = 500;

/** Order of a table's values: that of their first insertion, or that of the keys' bytes, which is cheaper to keep. */
export type TableOrder = 'insertion' | 'keys';

const COLUMNS: Readonly<Record<TableOrder, string>> = {
  insertion: '(number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, value TEXT)',
  keys: '(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID',
};

/** Values by key. */
export class Table<T> {
  private readonly statements: Readonly<
    Record<'put' | 'get' | 'delete' | 'deleteRange' | 'all' | 'from', StatementSync>
  >;

  constructor(database: DatabaseSync, name: string, order: TableOrder) {
    // States of format 1 keep their tables in order of insertion.
    database.exec(`CREATE TABLE IF NOT EXISTS ${name} ${COLUMNS[order]}`);
    const put = `INSERT INTO ${name} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
    this.statements = {
      put: database.prepare(put),
      get: database.prepare(`SELECT value FROM ${name} WHERE key = ?`),
      delete: database.prepare(`DELETE FROM ${name} WHERE key = ?`),
      deleteRange: database.prepare(`DELETE FROM ${name} WHERE key >= ? AND key < ?`),
      all: database.prepare(`SELECT key, value FROM ${name} ORDER BY ${order === 'keys' ? 'key' : 'number'}`),
      from: database.prepare(`SELECT key, value FROM ${name} WHERE key >= ? AND key <> ? ORDER BY key LIMIT ${PAGE}`),
    };
  }

  get(key: string): T | undefined {
    const row = this.statements.get.get(key);
    return row && (JSON.parse(String(row.value)) as T);
  }

  /**
   * The values of keys that begin with a prefix, in order of the keys' bytes in UTF-8. Values may change meanwhile,
   * because they are read in pages.
   * @param after leaves out this key and those before it
   */
  *below(prefix: string, after = ''): Generator<[string, T]> {
    let [from, but] = [inOrder(prefix, after) > 0 ? prefix : after, after];
    for (;;) {
      const page = this.statements.from.all(from, but);
      for (const { key, value } of page) {
        if (!String(key).startsWith(prefix)) return;
        yield [String(key), JSON.parse(String(value)) as T];
      }
      if (page.length < PAGE) return;
      from = but = String(page.at(-1)?.key);
    }
  }

  /** All values, in the table's order. */
  entries(): [string, T][] {
    return this.statements.all.all().map(({ key, value }) => [String(key), JSON.parse(String(value)) as T]);
  }

  /** Adds a value, or replaces that of the key. */
  put(key: string, value: T): void {
    this.statements.put.run(key, JSON.stringify(value));
  }

  delete(key: string): void {
    this.statements.delete.run(key);
  }

  /** Deletes the values of keys from `from` on that are before `to`, in order of their bytes. */
  deleteRange(from: string, to: string): void {
    this.statements.deleteRange.run(from, to);
  }
}

/** Compares two keys by their bytes in UTF-8, as SQLite and S3 do: negative where `a` comes first. */
export function inOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export class Database {
  private readonly database: DatabaseSync;

  /**
   * @param folder of the state; absent: in memory
   * @throws StateInUseError, StateFormatError unless `anyFormat`
   */
  constructor(folder?: string, { anyFormat = false } = {}) {
    this.database = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, FILE));
    if (folder !== undefined) this.lock(folder);
    this.database.exec('PRAGMA journal_mode = WAL');
    this.database.exec('PRAGMA synchronous = NORMAL');
    const { user_version: format } = this.database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (format !== 0 && !READABLE.includes(format) && !anyFormat) {
      this.database.close();
      throw new StateFormatError(folder ?? 'memory', format);
    }
    this.database.exec(`PRAGMA user_version = ${FORMAT}`);
  }

  /** Of the operating system, which frees it also where this process is killed. */
  private lock(folder: string): void {
    try {
      this.database.exec('PRAGMA locking_mode = EXCLUSIVE');
      this.database.exec('BEGIN EXCLUSIVE; COMMIT');
    } catch (error) {
      this.database.close();
      if (/locked/.test((error as Error).message)) throw new StateInUseError(folder);
      throw error;
    }
  }

  /** Opens a table, or creates it. @param name of letters and `_` */
  table<T>(name: string, order: TableOrder = 'insertion'): Table<T> {
    return new Table(this.database, name, order);
  }

  /** Runs several changes as one, which is faster, and after a crash either whole or absent. */
  together(changes: () => void): void {
    this.database.exec('BEGIN');
    try {
      changes();
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Waits until all changes are on the disk. */
  sync(): void {
    this.database.exec('PRAGMA wal_checkpoint(FULL)');
  }

  close(): void {
    this.database.close();
  }
}
