/** Finds the results of the bucket, and makes tables of them. */

import type { S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../../functions/platform/object-list.ts';
import { ObjectNotFoundError, Objects } from '../../functions/platform/objects.ts';
import { type Compaction, compact } from '../../functions/tables/compact.ts';
import { RESULT_PREFIXES } from '../../functions/tables-contract.ts';
import { progressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { NoResultsError, TooManyResultsError } from './errors.ts';
import type { Since } from './since.ts';

/** Which results are read. */
export interface Selection {
  /** Default: all endpoints. */
  readonly endpoint?: string | undefined;
  readonly since: Since;
  /** Largest number of results. */
  readonly most: number;
}

/** A bucket. */
export interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/**
 * Writes the tables of the selected results below `target`, and says how many results it reads before it does.
 * @throws NoResultsError, TooManyResultsError
 */
export async function tablesOfBucket(
  from: Bucket,
  selection: Selection,
  folders: { readonly target: string; readonly workspace: string },
  terminal: Pick<Terminal, 'note'>,
): Promise<void> {
  const { keys, bytes } = await findResults(from, selection);
  const { since } = selection;
  terminal.note(`Reads ${inWords(keys.length)} (${sizeInWords(bytes)})${since && ` since ${since} UTC`}.`);
  const objects = new Objects(from.bucket, from.s3);
  const read = (key: string) => objects.get(key).then(({ bytes }) => bytes, missingIsUndefined);
  const bar = progressBar('results');
  const onProgress = (done: number) => bar.report(done, keys.length);
  const compaction = await compact({ read }, { keys, since, ...folders, onProgress }).finally(bar.end);
  for (const remark of remarksOf(compaction)) terminal.note(remark);
  if (compaction.partitions.length === 0) throw noResults(from, selection);
}

/** A result is written after it was made, so that one written before the first day is of no later one. */
async function findResults(from: Bucket, selection: Selection): Promise<{ keys: string[]; bytes: number }> {
  const { endpoint, since, most } = selection;
  const start = since === '' ? 0 : Date.parse(since);
  const keys: string[] = [];
  let [bytes, count] = [0, 0];
  for (const prefix of endpoint === undefined ? RESULT_PREFIXES.all : RESULT_PREFIXES.of(endpoint)) {
    for await (const each of listObjects(from.s3, from.bucket, prefix)) {
      if (!each.key.endsWith('.json') || each.modified.getTime() < start) continue;
      count += 1;
      bytes += each.bytes;
      if (count <= most) keys.push(each.key);
    }
  }
  if (count > most) {
    throw new TooManyResultsError(
      `Expected at most ${most} results to read, received ${count} (${sizeInWords(bytes)}): ` +
        'narrow them with --since or --endpoint, or allow more with --most',
    );
  }
  if (count === 0) throw noResults(from, selection);
  return { keys, bytes };
}

function noResults({ bucket }: Bucket, { endpoint, since }: Selection): NoResultsError {
  const of = endpoint === undefined ? '' : ` of ${endpoint}`;
  const after = since === '' ? '' : ` since ${since} UTC (--since)`;
  return new NoResultsError(
    `Expected results${of} in the bucket ${bucket}, received none${after}: send a picture to an endpoint first`,
  );
}

function remarksOf({ earlier, deleted, unreadable: { count, messages } }: Compaction): string[] {
  return [
    ...(earlier > 0 ? [`${inWords(earlier)} of earlier days: left out.`] : []),
    ...(deleted > 0 ? [`${inWords(deleted)} deleted meanwhile: left out.`] : []),
    ...(count > 0 ? [`${count} unreadable: left out.`, ...messages.map((each) => `  ${each}`)] : []),
    ...(count > messages.length ? [`  and ${count - messages.length} more`] : []),
  ];
}

function inWords(count: number): string {
  return count === 1 ? '1 result' : `${count} results`;
}

function sizeInWords(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function missingIsUndefined(error: unknown): undefined {
  if (!(error instanceof ObjectNotFoundError)) throw error;
}
