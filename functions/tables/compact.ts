/** Compacts results into the tables: reads each once and writes one file for each table, endpoint and day. */

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KEYS } from '../contract.ts';
import type { PartitionFiles } from './partition-files.ts';
import { type KeyedRows, Partitions, type WrittenPartition } from './partitions.ts';
import { decisionRowsOf, rowsOf, UnreadableResultError } from './rows.ts';

/** Where results and decisions come from. */
export interface ResultStore {
  /** Reads one. @returns undefined: it was deleted since it was listed */
  read(key: string): Promise<Uint8Array | undefined>;
}

/** What is compacted, and where to. */
export interface CompactionOptions {
  /** Keys of results and decisions, in S3's order. The order of rows in the files is theirs. */
  readonly keys: Iterable<string>;
  /** First day, UTC: `2026-11-26`. Results of earlier days are left out. Default: none is. */
  readonly since?: string | undefined;
  /** Files of the tables. Those of other partitions stay; rows of these keys replace those that a file has of them. */
  readonly files: PartitionFiles;
  /** Folder on this machine for a temporary folder. */
  readonly workspace: string;
  /** Called after each key with the number of keys so far. */
  readonly onProgress?: (done: number) => void;
}

/** What a compaction made. */
export interface Compaction {
  readonly partitions: readonly WrittenPartition[];
  /** Results and decisions of days before `since`. */
  readonly earlier: number;
  /** Results that were deleted since they were listed, and decisions without a result. */
  readonly deleted: number;
  /** Number of objects that are no results, and the message for each of the first. */
  readonly unreadable: { readonly count: number; readonly messages: readonly string[] };
}

/** Results that are read at the same time. S3 answers about a hundred in a second to each of a few connections. */
const CONCURRENCY = 32;

/** Messages about objects that are no results. */
const MAX_MESSAGES = 5;

/**
 * Memory is bounded by the largest file, a row group of each table, and the lines that wait for the disk, whatever the
 * number of results. A repeated compaction of the same results makes the same files; one with late results has them in
 * the files of their day. Errors are those of the store and of the file system.
 */
export async function compact(store: ResultStore, options: CompactionOptions): Promise<Compaction> {
  const { keys, since = '', files, workspace, onProgress } = options;
  const folder = await mkdtemp(join(workspace, 'rows-'));
  try {
    const partitions = new Partitions(folder);
    const counts = { done: 0, earlier: 0, deleted: 0, unreadable: 0 };
    const messages: string[] = [];
    for await (const found of inOrder(keys, (key) => readRows(store, key))) {
      counts.done += 1;
      onProgress?.(counts.done);
      if (found === undefined) counts.deleted += 1;
      else if (found instanceof UnreadableResultError) {
        counts.unreadable += 1;
        if (messages.length < MAX_MESSAGES) messages.push(found.message);
      } else if (found.partition.day < since) counts.earlier += 1;
      else await partitions.add(found);
    }
    const { earlier, deleted, unreadable } = counts;
    return {
      partitions: await partitions.write(files),
      earlier,
      deleted,
      unreadable: { count: unreadable, messages },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readRows(store: ResultStore, key: string): Promise<KeyedRows | UnreadableResultError | undefined> {
  const bytes = await store.read(key);
  if (!bytes) return undefined;
  try {
    const document = jsonOf(key, bytes);
    if (key.startsWith('decisions/')) return await decisionOf(store, key, document);
    const { partition, picture, objects } = rowsOf(key, document);
    return { partition, key, tables: { pictures: [picture], objects } };
  } catch (error) {
    if (error instanceof UnreadableResultError) return error;
    throw error;
  }
}

/** A decision is in the partition of its picture, so that both are found by the same days. */
async function decisionOf(store: ResultStore, key: string, document: unknown): Promise<KeyedRows | undefined> {
  const [, endpoint = '', name = ''] = key.split('/');
  const result = KEYS.result(endpoint, name.replace(/\.json$/, ''));
  const bytes = await store.read(result);
  if (!bytes) return undefined;
  const { partition, decision } = decisionRowsOf(key, document, { key: result, document: jsonOf(result, bytes) });
  return { partition, key: result, tables: { decisions: [decision] } };
}

/** @throws UnreadableResultError */
function jsonOf(key: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new UnreadableResultError(`Expected JSON in ${key}, received other text`);
  }
}

/** The results of `call` in the order of the items, with some calls at the same time. */
async function* inOrder<T, R>(items: Iterable<T>, call: (item: T) => Promise<R>): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  for (const item of items) {
    const result = call(item);
    // Because an earlier one may fail first: then nobody awaits this one.
    result.catch(() => {});
    pending.push(result);
    const oldest = pending.length === CONCURRENCY ? pending.shift() : undefined;
    if (oldest) yield await oldest;
  }
  for (const result of pending) yield await result;
}
