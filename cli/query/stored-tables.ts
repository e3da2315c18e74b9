/** The tables that a compaction has written in the bucket. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listObjects } from '../../functions/platform/object-list.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { compactedUntil } from '../../functions/tables/changed-keys.ts';
import { partitionOf, TABLE_KEYS, TABLES_PREFIX } from '../../functions/tables-contract.ts';
import type { Bucket, Selection } from './selection.ts';

/** The files of the selected days. */
export interface StoredTables {
  readonly keys: readonly string[];
  readonly bytes: number;
  /** ISO 8601, UTC: results that were written before are in the files. Absent: no compaction has ended. */
  readonly until?: string | undefined;
}

/** Files that are copied at the same time. */
const AT_ONCE = 16;

/** Finds the files of the selected days and endpoint. None without a compaction. */
export async function storedTables(
  { s3, bucket }: Bucket,
  objects: Objects,
  { endpoint, since }: Pick<Selection, 'endpoint' | 'since'>,
): Promise<StoredTables> {
  const listed = await Array.fromAsync(listObjects(s3, bucket, TABLES_PREFIX));
  // Without a right to read a state that is not there.
  const until = listed.some(({ key }) => key === TABLE_KEYS.state) ? await compactedUntil(objects) : undefined;
  if (until === undefined) return { keys: [], bytes: 0 };
  const files = listed.filter(({ key }) => {
    const partition = partitionOf(key);
    return partition && partition.day >= since && (endpoint ?? partition.endpoint) === partition.endpoint;
  });
  return { keys: files.map(({ key }) => key), bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), until };
}

/** Copies the files into a folder, under their keys. One that was deleted meanwhile is left out. */
export async function copyTables(objects: Objects, { keys }: StoredTables, target: string): Promise<void> {
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    await Promise.all(keys.slice(start, start + AT_ONCE).map((key) => copy(objects, key, join(target, key))));
  }
}

async function copy(objects: Objects, key: string, path: string): Promise<void> {
  try {
    const { bytes } = await objects.get(key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
  }
}
