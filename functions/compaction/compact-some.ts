/** One step of a compaction: puts some results into the tables, and says where the next step begins. */

import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import { BucketFiles } from '../tables/bucket-files.ts';
import { compactedUntil, firstChange, sources, stateOf } from '../tables/changed-keys.ts';
import { type Compaction, compact } from '../tables/compact.ts';
import { withTables } from '../tables/lock.ts';
import { TABLE_KEYS } from '../tables-contract.ts';

/** The dependencies of a step. */
export interface CompactionContext {
  readonly objects: Objects;
  readonly client: S3Client;
  readonly clock: Clock;
  /** Folder for temporary files. */
  readonly workspace: string;
  /** Name of the execution. */
  readonly execution: string;
  /** Called with what the step did. */
  readonly onCompacted?: (found: Compaction) => void;
}

const progressSchema = z.object({
  /** Results written since this time are compacted, milliseconds since 1970. */
  since: z.number(),
  /** When the compaction began. ISO 8601, UTC. */
  began_at: z.iso.datetime(),
  /** Key of the last result that a step has listed. */
  after: z.string(),
});

/** Where a compaction is. The state machine carries it from step to step. */
type Progress = z.infer<typeof progressSchema>;

/** The answer of a step. `next`: whether another step is needed. */
export type CompactionAnswer = Progress & { readonly next: 'continue' | 'end' };

/** What one step reads at most, so that time and disk of the function suffice. */
export interface StepLimits {
  readonly results: number;
  /** Bytes of results. */
  readonly bytes: number;
  /** Keys that are listed: a thousand in a request. */
  readonly listed: number;
}

/** Rows on the disk need about the bytes of their results, and Lambda's disk has 512 MB. */
const LIMITS: StepLimits = { results: 100_000, bytes: 150_000_000, listed: 1_000_000 };

/**
 * Does one step. A step that fails, or dies, can be repeated: rows replace those of the same result, and the state,
 * which says until when the tables are complete, is written at the end of the last step only.
 * @param input the answer of the step before; anything else begins a compaction
 * @throws TablesLockedError, ObjectChangedError, StoreUnavailableError, errors of the SDK
 */
export async function compactSome(
  input: unknown,
  context: CompactionContext,
  limits = LIMITS,
): Promise<CompactionAnswer> {
  const { objects, clock, execution } = context;
  return withTables(objects, { holder: execution, clock }, async () => {
    const progress = progressSchema.safeParse(input).data ?? (await begin(context));
    const { keys, after } = await keysOfStep(progress, context, limits);
    const found = await BucketFiles.within(objects, context.workspace, (files) =>
      compact({ read: (key) => readResult(objects, key) }, { keys, files, workspace: context.workspace }),
    );
    context.onCompacted?.(found);
    if (after !== undefined) return { ...progress, after, next: 'continue' };
    await objects.putJson(TABLE_KEYS.state, stateOf(progress.began_at));
    return { ...progress, next: 'end' };
  });
}

async function begin({ objects, clock }: CompactionContext): Promise<Progress> {
  // Before the first list, so that the next compaction reads what is written meanwhile.
  const began_at = clock.now().toISOString();
  return { since: firstChange(await compactedUntil(objects)), began_at, after: '' };
}

/** @returns `after`: the key at which the next step begins; undefined: there is none */
async function keysOfStep(
  { since, after }: Progress,
  { client, objects: { bucket } }: CompactionContext,
  limits: StepLimits,
): Promise<{ keys: string[]; after?: string }> {
  const keys: string[] = [];
  let [bytes, listed] = [0, 0];
  for await (const each of sources({ client, bucket }, { since, after })) {
    listed += 1;
    if (each.isChanged) {
      keys.push(each.key);
      bytes += each.bytes;
    }
    const isFull = keys.length >= limits.results || bytes >= limits.bytes || listed >= limits.listed;
    if (isFull) return { keys, after: each.key };
  }
  return { keys };
}

async function readResult(objects: Objects, key: string): Promise<Uint8Array | undefined> {
  try {
    return (await objects.get(key)).bytes;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}
