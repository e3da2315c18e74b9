/** Finds and removes the rows of one result in a file of a table. */

import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { Partition, TableName } from '../tables-contract.ts';
import { MergedFile } from './merged-file.ts';
import type { PartitionFiles } from './partition-files.ts';

/** The number of rows with an id. Only one column is read. @param bytes of a Parquet file with a column `id` */
export async function countRows({ buffer, byteOffset, byteLength }: Uint8Array, id: string): Promise<number> {
  const file = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
  const rows = await parquetReadObjects({ file, metadata: parquetMetadata(file), columns: ['id'] });
  return rows.filter((row) => row.id === id).length;
}

/** Replaces a file by one without the rows of an id. */
export async function removeRows(
  table: TableName,
  partition: Partition,
  { id, files }: { readonly id: string; readonly files: PartitionFiles },
): Promise<void> {
  const file = await MergedFile.open(table, partition, files);
  await file.keepOthers(id);
  await file.finish();
  await files.replace(table, partition);
}
