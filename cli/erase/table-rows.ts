/** Removes the rows of a prediction from the tables of results, in all versions of their files. */

import type { Clock } from '../../functions/platform/clock.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { BucketFiles } from '../../functions/tables/bucket-files.ts';
import { TablesLockedError, withTables } from '../../functions/tables/lock.ts';
import { countRows, removeRows } from '../../functions/tables/rows-of-id.ts';
import { partitionOf, TABLE_KEYS, TABLE_NAMES, TABLES_PREFIX } from '../../functions/tables-contract.ts';
import type { Copy, Prediction } from './copies.ts';
import { type Deleted, type Erasure, type Failed, reasonOf } from './erase.ts';
import type { ObjectVersion, VersionStore } from './object-versions.ts';

/** The bucket, and what a removal needs besides. */
export interface TableContext {
  readonly objects: Objects;
  readonly store: VersionStore;
  readonly clock: Clock;
  /** Folder for temporary files. */
  readonly workspace: string;
  /** Name of this run, for the lock. */
  readonly holder: string;
  /** Resolves after a number of seconds. */
  readonly wait: (seconds: number) => Promise<unknown>;
  readonly note: (text: string) => void;
}

/** A file with rows of the prediction. */
export interface FileWithRows extends Copy {
  /** Rows of the newest version. */
  readonly rows: number;
}

/** What was removed, and what could not be. */
export interface RemovedRows {
  readonly deleted: readonly Deleted[];
  readonly failed: readonly Failed[];
}

type Named = Pick<Prediction, 'endpoint' | 'id'>;

/** Files of the endpoint that have rows of the prediction, in any version. Reads all of them. */
export async function findRows(
  { objects, store }: Pick<TableContext, 'objects' | 'store'>,
  { endpoint, id }: Named,
): Promise<FileWithRows[]> {
  const found: FileWithRows[] = [];
  for (const table of TABLE_NAMES) {
    const all = await Array.fromAsync(store.each(TABLE_KEYS.ofEndpoint(table, endpoint)));
    for (const [key, versions] of Map.groupBy(all, (version) => version.key)) {
      const counts = await Promise.all(versions.map((version) => rowsIn(objects, version, id)));
      const having = versions.filter((_, index) => counts[index]);
      const others = versions.length - having.length;
      if (having.length > 0) found.push({ kind: 'table', key, versions: having, others, rows: counts[0] ?? 0 });
    }
  }
  return found;
}

async function rowsIn(objects: Objects, { key, id: version, isDeleteMarker }: ObjectVersion, id: string) {
  if (isDeleteMarker) return 0;
  try {
    return await countRows((await objects.get(key, version)).bytes, id);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return 0;
    throw error;
  }
}

/**
 * Removes the rows while no compaction runs: a step that has read the result before its deletion has then written its
 * rows, and later steps do not find the result. Call it when the result is deleted.
 */
export async function removeFromTables(context: TableContext, prediction: Named): Promise<RemovedRows> {
  try {
    if (!(await hasTables(context.store))) return { deleted: [], failed: [] };
    return await whenFree(context, () => removeAll(context, prediction));
  } catch (error) {
    return { deleted: [], failed: [{ kind: 'table', key: TABLES_PREFIX, reason: reasonOf(error) }] };
  }
}

/** An erasure that includes the rows of tables. */
export function withRows(erasure: Erasure, { deleted, failed }: RemovedRows): Erasure {
  return {
    ...erasure,
    complete: erasure.complete && failed.length === 0,
    deleted: [...erasure.deleted, ...deleted],
    failed: [...erasure.failed, ...failed],
  };
}

async function hasTables(store: VersionStore): Promise<boolean> {
  for await (const _ of store.each(TABLES_PREFIX)) return true;
  return false;
}

/** Seconds between two attempts to take the lock. */
const AGAIN_SECONDS = 5;

async function whenFree<T>(context: TableContext, work: () => Promise<T>): Promise<T> {
  const { objects, clock, wait, note } = context;
  // A lock that others take again and again is theirs for at most three of its times.
  for (let isFirst = true, end = Number.POSITIVE_INFINITY; ; isFirst = false) {
    try {
      return await withTables(objects, context, work);
    } catch (error) {
      if (!(error instanceof TablesLockedError)) throw error;
      const now = clock.now().getTime();
      if (isFirst) {
        note(`A compaction changes the tables, until ${error.until} at the latest: waits for it.`);
        end = now + 3 * Math.max(0, Date.parse(error.until) - now);
      }
      if (now > end) throw error;
      await wait(AGAIN_SECONDS);
    }
  }
}

async function removeAll(context: TableContext, prediction: Named): Promise<RemovedRows> {
  const deleted: Deleted[] = [];
  const failed: Failed[] = [];
  for (const file of await findRows(context, prediction)) {
    try {
      deleted.push(await removeFrom(file, context, prediction.id));
    } catch (error) {
      failed.push({ kind: 'table', key: file.key, reason: reasonOf(error) });
    }
  }
  const left = failed.length > 0 ? [] : await findRows(context, prediction);
  return { deleted, failed: [...failed, ...left.map(({ key }) => ({ kind: 'table' as const, key, reason: STILL }))] };
}

const STILL = 'rows were written again';

/** First the new file, so that a failure on the way loses no row of other pictures. */
async function removeFrom({ key, rows, versions }: FileWithRows, context: TableContext, id: string): Promise<Deleted> {
  const { objects, store, workspace } = context;
  const partition = partitionOf(key);
  if (rows > 0 && partition) {
    await BucketFiles.within(objects, workspace, (files) => removeRows(partition.table, partition, { id, files }));
  }
  for (const version of versions) await store.remove(version);
  const bytes = versions.reduce((sum, version) => sum + version.bytes, 0);
  return { kind: 'table', key, versions: versions.length, delete_markers: 0, bytes, rows };
}
