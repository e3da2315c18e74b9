/** Reads the rows of a table's file, a row group at a time. */

import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { TableName } from '../tables-contract.ts';
import { COLUMNS, type Row } from './schema.ts';

/** A bundle of bytes as the library reads it. */
type Bytes = ArrayBuffer;

/** The rows of a file, in the order of their keys. A column that the file lacks has no value. */
export class StoredRows {
  private readonly table: TableName;
  private readonly bytes: Bytes;
  private readonly metadata: FileMetaData;
  /** Rows that were read and not yet returned, and the number of those that were read. */
  private rows: readonly Row[] = [];
  private read = 0;
  private group = 0;

  /** @throws Error of the library where the bytes are no Parquet file */
  constructor(table: TableName, bytes: Uint8Array) {
    this.table = table;
    this.bytes = bufferOf(bytes);
    this.metadata = parquetMetadata(this.bytes);
  }

  /** The next rows with keys before this one, some at a time. */
  async *before(key: string): AsyncGenerator<readonly Row[]> {
    for await (const rows of this.while((row) => row.result_key < key)) yield rows;
  }

  /** Passes the rows of a key. */
  async skip(key: string): Promise<void> {
    for await (const _ of this.while((row) => row.result_key === key));
  }

  /** All rows that are left. */
  async *rest(): AsyncGenerator<readonly Row[]> {
    for await (const rows of this.while(() => true)) yield rows;
  }

  private async *while(isWanted: (row: Row) => boolean): AsyncGenerator<readonly Row[]> {
    for (;;) {
      if (this.rows.length === 0 && !(await this.readGroup())) return;
      const end = this.rows.findIndex((row) => !isWanted(row));
      const wanted = end < 0 ? this.rows : this.rows.slice(0, end);
      this.rows = end < 0 ? [] : this.rows.slice(end);
      if (wanted.length > 0) yield wanted;
      if (end >= 0) return;
    }
  }

  private async readGroup(): Promise<boolean> {
    const group = this.metadata.row_groups[this.group];
    if (!group) return false;
    const rowStart = this.read;
    this.group += 1;
    this.read += Number(group.num_rows);
    const options = { file: this.bytes, metadata: this.metadata, rowStart, rowEnd: this.read };
    const rows = await parquetReadObjects(options);
    this.rows = rows.map((row) => this.rowOf(row));
    return true;
  }

  private rowOf(stored: Readonly<Record<string, unknown>>): Row {
    const columns = COLUMNS[this.table].map(({ name }) => {
      const value = stored[name] ?? null;
      return [name, value instanceof Date ? value.getTime() : value];
    });
    return Object.fromEntries(columns) as Row;
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Bytes {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
