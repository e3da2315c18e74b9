/** Writes the new file of a table: the rows that the file has, and new ones in the place of those with the same key. */

import type { Partition, TableName } from '../tables-contract.ts';
import type { PartitionFiles } from './partition-files.ts';
import type { Row } from './schema.ts';
import { StoredRows } from './stored-rows.ts';
import { TableFile } from './table-file.ts';

/** Rows of a row group. Groups of this size are some megabytes, and readers read them in parallel. */
export const ROWS_PER_GROUP = 50_000;

/** A file that is written in the order of keys. The same rows make the same bytes, whoever wrote them when. */
export class MergedFile {
  private readonly file: TableFile;
  private readonly stored: StoredRows | undefined;
  private rows: Row[] = [];
  private written = 0;

  private constructor(file: TableFile, stored: StoredRows | undefined) {
    this.file = file;
    this.stored = stored;
  }

  static async open(table: TableName, partition: Partition, files: PartitionFiles): Promise<MergedFile> {
    const bytes = await files.read(table, partition);
    const file = new TableFile(table, await files.draft(table, partition));
    return new MergedFile(file, bytes && new StoredRows(table, bytes));
  }

  /** Adds the rows of a key, which is greater than those before. */
  async put(key: string, rows: readonly Row[]): Promise<void> {
    if (this.stored) {
      for await (const some of this.stored.before(key)) await this.add(some);
      await this.stored.skip(key);
    }
    await this.add(rows);
  }

  /** Adds the stored rows with other ids. */
  async keepOthers(id: string): Promise<void> {
    for await (const rows of this.stored?.rest() ?? []) await this.add(rows.filter((row) => row.id !== id));
  }

  /** Adds the stored rows that are left, and ends the file. @returns the number of its rows */
  async finish(): Promise<number> {
    for await (const rows of this.stored?.rest() ?? []) await this.add(rows);
    await this.writeGroup();
    await this.file.finish();
    return this.written;
  }

  private async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.rows.push(row);
      if (this.rows.length === ROWS_PER_GROUP) await this.writeGroup();
    }
  }

  private async writeGroup(): Promise<void> {
    await this.file.write(this.rows);
    this.written += this.rows.length;
    this.rows = [];
  }
}
