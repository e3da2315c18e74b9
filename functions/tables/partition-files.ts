/** Where the files of the tables are: in a folder, or in the bucket. */

import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Partition, TABLE_KEYS, type TableName } from '../tables-contract.ts';

/** The files of the tables. Each is replaced as a whole. */
export interface PartitionFiles {
  /** The bytes of a file. @returns undefined: there is none */
  read(table: TableName, partition: Partition): Promise<Uint8Array | undefined>;
  /** Path on this machine at which the new file is written. */
  draft(table: TableName, partition: Partition): Promise<string>;
  /** Puts the new file in the place of the one that was read. */
  replace(table: TableName, partition: Partition): Promise<void>;
}

/** A folder that has the keys of `TABLE_KEYS` as paths. */
export class FolderFiles implements PartitionFiles {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async read(table: TableName, partition: Partition): Promise<Uint8Array | undefined> {
    return readFile(this.pathOf(table, partition)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
  }

  /** No reader of tables takes a file of this name for a table. */
  async draft(table: TableName, partition: Partition): Promise<string> {
    const path = this.pathOf(table, partition);
    await mkdir(dirname(path), { recursive: true });
    return `${path}.unfinished`;
  }

  async replace(table: TableName, partition: Partition): Promise<void> {
    const path = this.pathOf(table, partition);
    await rename(`${path}.unfinished`, path);
  }

  private pathOf(table: TableName, partition: Partition): string {
    return join(this.folder, TABLE_KEYS.file(table, partition));
  }
}
