/** Writes the Parquet file of a partition, some rows at a time. */

import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { TableName } from '../tables-contract.ts';
import { COLUMNS, type Column, type ColumnType, type Row } from './schema.ts';

/** An element of a Parquet schema, as the library describes it. */
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const TYPES: Readonly<Record<ColumnType, Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int: { type: 'INT32' },
  double: { type: 'DOUBLE' },
  // In UTC, because the number counts from 1970 in UTC.
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

/** A file of a table. The same rows in the same groups make the same bytes. */
export class TableFile {
  private readonly columns: readonly Column[];
  private readonly writer: ParquetWriter;

  /** @param path of the file, which is made or replaced */
  constructor(table: TableName, path: string) {
    this.columns = COLUMNS[table];
    const schema = [{ name: 'root', num_children: this.columns.length }, ...this.columns.map(elementOf)];
    // Without a version of this project, so that the same rows make the same file.
    this.writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: 'ml-deployment' });
  }

  /** Writes rows as one row group. */
  async write(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const columnData = this.columns.map(({ name, type }) => ({
      name,
      data: rows.map((row) => parquetValue(row, name, type)),
    }));
    await this.writer.write({ columnData, rowGroupSize: rows.length });
  }

  /** Writes the footer. Without it the file is no Parquet file. */
  async finish(): Promise<void> {
    await this.writer.finish();
  }
}

function elementOf({ name, type, nullable }: Column): SchemaElement {
  return { name, ...TYPES[type], repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' };
}

function parquetValue(row: Row, name: string, type: ColumnType): string | number | Date | null {
  const value = (row as Readonly<Record<string, string | number | null>>)[name] ?? null;
  return type === 'timestamp' && typeof value === 'number' ? new Date(value) : value;
}
