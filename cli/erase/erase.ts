/** Deletes every object of a prediction, and says what was deleted and what was not. */

import { type Copy, findCopies, type Prediction } from './copies.ts';
import type { ObjectVersion, VersionStore } from './object-versions.ts';

/** What was deleted of one object. */
export interface Deleted {
  readonly kind: Copy['kind'];
  readonly key: string;
  /** Versions with content. */
  readonly versions: number;
  readonly delete_markers: number;
  readonly bytes: number;
  /** Of a file of a table: rows that its newest version had. The file stays, without them. */
  readonly rows?: number;
}

/** What could not be deleted, or not be checked. */
export interface Failed {
  readonly kind: Copy['kind'] | 'list';
  readonly key: string;
  /** Absent for a list. */
  readonly version?: string;
  readonly reason: string;
}

/** The result of an erasure. JSON. */
export interface Erasure {
  /** Whether a last search found nothing. */
  readonly complete: boolean;
  readonly deleted: readonly Deleted[];
  readonly failed: readonly Failed[];
  /** Versions of the same keys that are other pictures. */
  readonly others: readonly { readonly key: string; readonly versions: number }[];
}

/**
 * Searches and deletes until a search finds nothing, because a request or a tick that has begun before can write once
 * more. A deletion that fails stops no other one.
 * @param findMore copies that are found by their content, deleted last
 * @throws errors of the store in the first search, before anything is deleted
 */
export async function erase(
  store: VersionStore,
  prediction: Prediction,
  findMore: () => Promise<Copy[]> = async () => [],
): Promise<Erasure> {
  const find = async () => [...(await findCopies(store, prediction)), ...(await findMore())];
  const first = await find();
  const others = first.flatMap(({ key, others }) => (others > 0 ? [{ key, versions: others }] : []));
  const deleted = new Map<string, Deleted>();
  let left: readonly Copy[] = first;
  let failed: Failed[] = [];
  for (let round = 1; left.length > 0; round += 1) {
    failed = await deleteAll(store, left, deleted);
    try {
      left = await find();
    } catch (error) {
      failed.push({ kind: 'list', key: store.bucket, reason: reasonOf(error) });
      break;
    }
    if (round === ROUNDS) break;
  }
  if (left.length > 0 && failed.length === 0) failed = left.flatMap(writtenAgain);
  return { complete: failed.length === 0, deleted: [...deleted.values()], failed, others };
}

const ROUNDS = 3;

async function deleteAll(store: VersionStore, copies: readonly Copy[], deleted: Map<string, Deleted>) {
  const failed: Failed[] = [];
  for (const { kind, key, versions } of copies) {
    for (const version of versions) {
      try {
        await store.remove(version);
        deleted.set(key, withOne(deleted.get(key) ?? { kind, key, versions: 0, delete_markers: 0, bytes: 0 }, version));
      } catch (error) {
        failed.push({ kind, key, version: version.id, reason: reasonOf(error) });
      }
    }
  }
  return failed;
}

function withOne(so: Deleted, { isDeleteMarker, bytes }: ObjectVersion): Deleted {
  return {
    ...so,
    versions: so.versions + (isDeleteMarker ? 0 : 1),
    delete_markers: so.delete_markers + (isDeleteMarker ? 1 : 0),
    bytes: so.bytes + bytes,
  };
}

function writtenAgain({ kind, key, versions }: Copy): Failed[] {
  return versions.map(({ id }) => ({ kind, key, version: id, reason: 'written again after each deletion' }));
}

/** An error in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
