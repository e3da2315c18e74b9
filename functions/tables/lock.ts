/**
 * Lets one writer at a time change the tables: a compaction that has read a result must not write its rows after the
 * result was erased.
 */

import * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import { ObjectChangedError, type Objects } from '../platform/objects.ts';
import { TABLE_KEYS } from '../tables-contract.ts';

/**
 * After this time a lock is free, whoever holds it: longer than Lambda lets a function run (15 minutes), by more than
 * clocks differ. In seconds.
 */
export const LOCK_SECONDS = 20 * 60;

const lockSchema = z.object({ holder: z.string(), until: z.iso.datetime() });

/** Another writer changes the tables. */
export class TablesLockedError extends Error {
  override readonly name = 'TablesLockedError';
  /** ISO 8601, UTC: when the lock is free at the latest. */
  readonly until: string;

  constructor(holder: string, until: string) {
    super(`Expected tables that nobody changes, received the lock of ${holder}, until ${until} at the latest`);
    this.until = until;
  }
}

/** Who takes the lock, and when. */
export interface LockRequest {
  /** Name of the execution or command. The same holder takes its lock again: its earlier attempt has ended. */
  readonly holder: string;
  readonly clock: Clock;
}

/**
 * Runs `work` while no other writer changes the tables.
 * @throws TablesLockedError, StoreUnavailableError, and errors of `work`
 */
export async function withTables<T>(
  objects: Objects,
  { holder, clock }: LockRequest,
  work: () => Promise<T>,
): Promise<T> {
  const before = await objects.findTagged(TABLE_KEYS.lock);
  const held = lockSchema.safeParse(before?.value).data;
  const now = clock.now().getTime();
  if (held && held.holder !== holder && Date.parse(held.until) > now)
    throw new TablesLockedError(held.holder, held.until);
  const own = { holder, until: new Date(now + LOCK_SECONDS * 1000).toISOString() };
  await takeLock(objects, own, before?.tag);
  try {
    return await work();
  } finally {
    await release(objects, own);
  }
}

async function takeLock(objects: Objects, own: z.infer<typeof lockSchema>, tag: string | undefined): Promise<void> {
  try {
    await objects.replaceJson(TABLE_KEYS.lock, own, tag);
  } catch (error) {
    if (error instanceof ObjectChangedError) throw new TablesLockedError('another writer', own.until);
    throw error;
  }
}

/** A lock that another writer has taken meanwhile stays. A lock that cannot be released ends by itself. */
async function release(objects: Objects, own: z.infer<typeof lockSchema>): Promise<void> {
  const now = await objects.findTagged(TABLE_KEYS.lock).catch(() => undefined);
  const held = lockSchema.safeParse(now?.value).data;
  if (held?.holder !== own.holder || held.until !== own.until) return;
  await objects.replaceJson(TABLE_KEYS.lock, { ...own, until: new Date(0).toISOString() }, now?.tag).catch(() => {});
}
