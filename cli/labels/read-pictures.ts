/** The recorded pictures of an endpoint, with what is known of them. */

import type { S3Client } from '@aws-sdk/client-s3';
import { type Decisions, readDecisions } from '../../functions/api/preference-schemas.ts';
import { type HumanRequest, type StoredPrediction, storedResultSchema } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { listObjects } from '../../functions/platform/object-list.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import type { ComparisonRecord } from '../../functions/records/comparison.ts';
import { idAt, resultId } from '../../functions/records/recorded-requests.ts';
import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';
import { progressBar } from '../terminal/progress.ts';

/** Objects that are read at the same time. */
const CONCURRENCY = 32;

/** Which pictures are read. */
export interface Source {
  readonly s3: S3Client;
  readonly objects: Objects;
  readonly endpoint: string;
  readonly functionName: string;
  /** First time, milliseconds since the epoch. */
  readonly from: number;
  /** Largest number of pictures. */
  readonly most: number;
}

/** A recorded picture with its result. */
export interface RecordedPicture {
  readonly result: StoredPrediction | HumanRequest;
  /** The latest comparison of two versions on it. Absent: no shadow compared it. */
  readonly comparison?: ComparisonRecord;
  /** Absent: nobody has decided. */
  readonly decisions?: Decisions;
}

/** The pictures cannot be chosen. */
export class NoChoiceError extends ExitCodeError {
  readonly exitCode = EXIT.failed;
  override readonly name = 'NoChoiceError';
}

/**
 * Pictures that are recorded for shadows, answered by this function, in order of time. Of others no picture is stored.
 * @throws NoChoiceError for more than the largest number
 */
export async function readPictures(source: Source): Promise<RecordedPicture[]> {
  const { s3, objects, endpoint, functionName } = source;
  const ids = await recordedSince(source);
  const [comparisons, decided] = await Promise.all([
    comparisonKeys(s3, objects.bucket, `${KEYS.rollouts(endpoint)}${functionName}/`),
    keysById(s3, objects.bucket, KEYS.decisions(endpoint)),
  ]);
  const read = async (id: string): Promise<RecordedPicture | undefined> => {
    const { data: result } = storedResultSchema.safeParse(await find(objects, KEYS.result(endpoint, id)));
    if (!result || result.status === 'rejected') return undefined;
    if ((result.release.function_name ?? functionName) !== functionName) return undefined;
    const comparison = (await find(objects, comparisons.get(id))) as ComparisonRecord | undefined;
    const decisions = await find(objects, decided.get(id));
    return {
      result,
      ...(comparison && { comparison }),
      ...(decisions !== undefined && { decisions: readDecisions(decisions) }),
    };
  };
  return (await readAll(ids, read)).filter((picture) => picture !== undefined);
}

/** Ids of the recorded requests: their names are in order of time. */
async function recordedSince({ s3, objects, endpoint, from, most }: Source): Promise<string[]> {
  const prefix = KEYS.inputs(endpoint);
  const ids: string[] = [];
  for await (const { key } of listObjects(s3, objects.bucket, prefix, `${prefix}${idAt(from)}`)) {
    ids.push(resultId(key.slice(prefix.length)));
  }
  if (ids.length <= most) return ids;
  throw new NoChoiceError(
    `Expected at most ${most} recorded pictures, received ${ids.length}: ` +
      'narrow them with --since, or allow more with --most',
  );
}

async function keysById(s3: S3Client, bucket: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for await (const { key } of listObjects(s3, bucket, prefix)) {
    keys.set(key.slice(prefix.length).replace(/\.json$/, ''), key);
  }
  return keys;
}

/** Of each picture the key of its latest comparison. */
async function comparisonKeys(s3: S3Client, bucket: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const latest = new Map<string, { readonly key: string; readonly modified: Date }>();
  for await (const { key, modified } of listObjects(s3, bucket, prefix)) {
    const id = /\/shadow\/([^/]+)\.json$/.exec(key)?.[1];
    if (id !== undefined && modified >= (latest.get(id)?.modified ?? modified)) latest.set(id, { key, modified });
  }
  return new Map([...latest].map(([id, { key }]) => [id, key]));
}

async function readAll<T>(ids: readonly string[], read: (id: string) => Promise<T>): Promise<T[]> {
  const bar = progressBar('results');
  const found: T[] = [];
  try {
    for (let at = 0; at < ids.length; at += CONCURRENCY) {
      found.push(...(await Promise.all(ids.slice(at, at + CONCURRENCY).map(read))));
      bar.report(found.length, ids.length);
    }
  } finally {
    bar.end();
  }
  return found;
}

/** @returns undefined where there is no such object, or where it was deleted since it was listed */
async function find(objects: Objects, key: string | undefined): Promise<unknown> {
  if (key === undefined) return undefined;
  try {
    return await objects.getJson(key);
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
