/** The files of the tables in the bucket. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import { type Partition, TABLE_KEYS, type TableName } from '../tables-contract.ts';
import type { PartitionFiles } from './partition-files.ts';

const PARQUET = 'application/vnd.apache.parquet';

/** What was read of a file. */
interface Read {
  readonly bytes: Uint8Array;
  readonly tag: string;
}

/**
 * Reads and replaces files of the bucket. A file that was changed since it was read is not replaced: the compaction
 * fails, and its repetition reads the file again.
 */
export class BucketFiles implements PartitionFiles {
  private readonly objects: Objects;
  private readonly folder: string;
  private readonly before = new Map<string, Read | undefined>();

  private constructor(objects: Objects, folder: string) {
    this.objects = objects;
    this.folder = folder;
  }

  /** Runs `work` with files whose drafts are in a temporary folder. @param workspace folder for it */
  static async within<T>(objects: Objects, workspace: string, work: (files: BucketFiles) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(workspace, 'tables-'));
    try {
      return await work(new BucketFiles(objects, folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @throws StoreUnavailableError */
  async read(table: TableName, partition: Partition): Promise<Uint8Array | undefined> {
    const key = TABLE_KEYS.file(table, partition);
    const found = await this.objects.get(key).catch(missingIsUndefined);
    this.before.set(key, found);
    return found?.bytes;
  }

  async draft(table: TableName): Promise<string> {
    return join(this.folder, `${table}.parquet`);
  }

  /** A file that stays the same is not written. @throws ObjectChangedError, StoreUnavailableError */
  async replace(table: TableName, partition: Partition): Promise<void> {
    const key = TABLE_KEYS.file(table, partition);
    const before = this.before.get(key);
    this.before.delete(key);
    const bytes = await readFile(await this.draft(table));
    if (before && bytes.equals(before.bytes)) return;
    await this.objects.replace(key, bytes, PARQUET, before?.tag);
  }
}

function missingIsUndefined(error: unknown): undefined {
  if (!(error instanceof ObjectNotFoundError)) throw error;
}
