/** Which results and decisions are not in the tables yet. */

import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type ListedObject, listObjects } from '../platform/object-list.ts';
import type { Objects } from '../platform/objects.ts';
import { SOURCE_PREFIXES, TABLE_KEYS } from '../tables-contract.ts';

const stateSchema = z.object({ compacted_until: z.iso.datetime() });

/**
 * Results of this time before a compaction are read again by the next one, because S3 lists an object by the time at
 * which its writing began, and by its own clock. Seconds.
 */
const OVERLAP_SECONDS = 3600;

/** Until when results are in the tables. @returns ISO 8601, UTC; undefined: none was compacted */
export async function compactedUntil(objects: Pick<Objects, 'findJson'>): Promise<string | undefined> {
  return stateSchema.safeParse(await objects.findJson(TABLE_KEYS.state)).data?.compacted_until;
}

/** The state as it is stored. */
export function stateOf(compacted_until: string): z.infer<typeof stateSchema> {
  return { compacted_until };
}

/** The first time at which results may lack in the tables, milliseconds since 1970. */
export function firstChange(until: string | undefined): number {
  return until === undefined ? 0 : Date.parse(until) - OVERLAP_SECONDS * 1000;
}

/** Which objects are listed. */
export interface ChangedKeysOptions {
  /** Written since this time, milliseconds since 1970. */
  readonly since: number;
  /** Default: all endpoints. */
  readonly endpoint?: string | undefined;
  /** Only keys after this one. Default: from the first. */
  readonly after?: string | undefined;
}

/** All objects that may be results or decisions, in the order of keys. `isChanged`: they may lack in the tables. */
export async function* sources(
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
  { since, endpoint, after = '' }: ChangedKeysOptions,
): AsyncGenerator<ListedObject & { readonly isChanged: boolean }> {
  for (const source of SOURCE_PREFIXES) {
    const prefix = endpoint === undefined ? source : `${source}${endpoint}/`;
    const isPast = prefix < after && !after.startsWith(prefix);
    if (isPast) continue;
    for await (const each of listObjects(client, bucket, prefix, after.startsWith(prefix) ? after : undefined)) {
      yield { ...each, isChanged: each.key.endsWith('.json') && each.modified.getTime() >= since };
    }
  }
}
