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

/** Of the tables' contents. A state of another format is not read. */
const FORMAT = 1;

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

/** Values by key, in order of their first insertion. */
export class Table<T> {
  private readonly statements: Readonly<Record<'put' | 'delete' | 'all', StatementSync>>;

  constructor(database: DatabaseSync, name: string) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, value TEXT)`,
    );
    const put = `INSERT INTO ${name} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
    this.statements = {
      put: database.prepare(put),
      delete: database.prepare(`DELETE FROM ${name} WHERE key = ?`),
      all: database.prepare(`SELECT key, value FROM ${name} ORDER BY number`),
    };
  }

  /** All values. */
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
    if (format !== 0 && format !== FORMAT && !anyFormat) {
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
  table<T>(name: string): Table<T> {
    return new Table(this.database, name);
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

  close(): void {
    this.database.close();
  }
}
