/**
 * Answers a batch of pictures of a job: one result for each object and version, whoever invokes it how often. What is
 * stored already is skipped. Records no metrics, because gates of rollouts judge by those of callers' requests.
 */

import { PayloadTooLargeError, PredictionNotFoundError } from '../api/errors.ts';
import { isRejection, problemFor } from '../api/problems.ts';
import type { Problem, Source } from '../api/schemas.ts';
import { uploadId } from '../api/upload-id.ts';
import {
  BATCH_KEYS,
  BATCH_UNFINISHED,
  type BatchAnswer,
  type BatchEvent,
  type BatchItem,
  type BatchLine,
} from '../batch-contract.ts';
import { detect } from '../detection/detect.ts';
import { ObjectChangedError, ObjectNotFoundError, type StoredObject } from '../platform/objects.ts';
import type { DetectContext, Invocation } from './context.ts';
import { stopwatch } from './stopwatch.ts';
import { detectOptions, modelAnswer } from './stored-prediction.ts';

/** The invocation has no time for the rest of its pictures. Another one skips those that are done. */
export class BatchUnfinishedError extends Error {
  override readonly name = BATCH_UNFINISHED;
  constructor(done: number, left: number) {
    super(`Expected time for all pictures of the batch, received time for ${done}; ${left} are left`);
  }
}

interface Picture {
  readonly id: string;
  readonly source: Extract<Source, { kind: 'upload' }>;
  readonly item: BatchItem;
  /** Where the item names no version: the object is read to learn it. */
  readonly object?: StoredObject;
}

interface Batch {
  readonly event: BatchEvent;
  readonly invocation: Invocation;
  readonly context: DetectContext;
  /** Folder of the results. */
  readonly folder: string;
}

/**
 * Goes on after a picture that fails because of an internal error, so that a repetition has only that one left.
 * @throws BatchUnfinishedError; AggregateError of the internal errors
 */
export async function answerBatch(
  event: BatchEvent,
  invocation: Invocation,
  context: DetectContext,
): Promise<BatchAnswer> {
  const { telemetry, settings } = context;
  const { function_name = '', function_version } = invocation.release;
  const folder = BATCH_KEYS.ofVersion({ endpoint: settings.name, functionName: function_name }, function_version);
  const batch = { event, invocation, context, folder };
  const lines: BatchLine[] = [];
  const errors: unknown[] = [];
  let slowest = 0;
  for (const [index, item] of event.items.entries()) {
    const start = performance.now();
    if (index > 0 && isShort(invocation, slowest)) throw new BatchUnfinishedError(index, event.items.length - index);
    await answerItem(item, batch).then(
      (line) => lines.push(line),
      (error: unknown) => errors.push(error),
    );
    slowest = Math.max(slowest, performance.now() - start);
  }
  telemetry.logger.info('answered a batch', { job: event.job, pictures: lines.length, errors: errors.length });
  if (errors.length === 0) return { function_version, lines };
  throw new AggregateError(errors, `${errors.length} of ${event.items.length} pictures failed: ${errors[0]}`);
}

/** A second for storing, and twice the time of the slowest picture so far. */
function isShort({ endsAt = Number.POSITIVE_INFINITY }: Invocation, slowest: number): boolean {
  return endsAt - performance.now() < 1000 + 2 * slowest;
}

async function answerItem(item: BatchItem, batch: Batch): Promise<BatchLine> {
  const picture = await identify(item, batch);
  const stored = await storedLine(picture, batch);
  if (stored) return stored;
  const { job } = batch.event;
  const { value, line, jpeg } = await answer(picture, batch);
  if (job === undefined) return line;
  const { objects } = batch.context;
  if (jpeg) await objects.put(BATCH_KEYS.annotated(batch.folder, picture.id), jpeg, 'image/jpeg');
  try {
    await objects.replaceJson(BATCH_KEYS.result(batch.folder, picture.id), { ...value, job }, undefined);
    return line;
  } catch (error) {
    // Another attempt was faster: its result stays.
    if (error instanceof ObjectChangedError) return { ...line, repeated: true };
    throw error;
  }
}

/** The id of a picture. Where the item names neither version nor tag, the object is read first. */
async function identify(item: BatchItem, { event, context }: Batch): Promise<Picture> {
  const { Bucket: bucket = event.bucket, Key: key, VersionId, Etag } = item;
  const known = VersionId || Etag;
  const object = known ? undefined : await read(bucket, item, context).catch(onlyMissing);
  const version = unquoted(known || object?.tag || '');
  const source = { kind: 'upload', bucket, key, version } as const;
  return { id: uploadId(source), source, item, ...(object && { object }) };
}

function onlyMissing(error: unknown): undefined {
  if (!(error instanceof ObjectNotFoundError)) throw error;
}

/** The line of a result that is stored. */
async function storedLine({ id, source }: Picture, { event, folder, context }: Batch): Promise<BatchLine | undefined> {
  if (event.job === undefined) return undefined;
  const stored = (await context.objects.findJson(BATCH_KEYS.result(folder, id))) as StoredLine | undefined;
  if (!stored) return undefined;
  const about = { id, key: source.key, repeated: true } as const;
  if (stored.status === 'rejected') return { ...about, status: 'rejected', reason: stored.problem.type };
  return { ...about, status: 'done', count: stored.count, ms: stored.timing_ms.total ?? 0 };
}

/** What `storedLine` reads of a result that this module has written. */
type StoredLine =
  | { readonly status: 'done'; readonly count: number; readonly timing_ms: Readonly<Record<string, number>> }
  | { readonly status: 'rejected'; readonly problem: Problem };

interface Answer {
  readonly value: object;
  readonly line: BatchLine;
  readonly jpeg?: Buffer;
}

async function answer(picture: Picture, batch: Batch): Promise<Answer> {
  const { id, source } = picture;
  const { invocation, context } = batch;
  const createdAt = new Date();
  try {
    return await predictItem(picture, createdAt, batch);
  } catch (error) {
    const problem = problemFor(error, invocation.id);
    if (!isRejection(problem)) {
      context.telemetry.logger.error('a picture of a batch failed', { id, key: source.key, error: error as Error });
      throw error;
    }
    const about = { id, endpoint: context.settings.name, status: 'rejected', source, release: invocation.release };
    const value = { ...about, created_at: createdAt.toISOString(), problem };
    return { value, line: { id, key: source.key, status: 'rejected', reason: problem.type } };
  }
}

async function predictItem(picture: Picture, createdAt: Date, { event, invocation, context }: Batch): Promise<Answer> {
  const { id, source } = picture;
  const { bytes } = await fetchPicture(picture, context);
  const model = await context.models.load();
  const watch = stopwatch();
  const options = { ...detectOptions({}, context.settings, invocation), annotate: event.annotate };
  const { annotated, ...found } = await detect(model, bytes, options, watch.time);
  const request = { id, picture: bytes, createdAt, source, options: {}, invocation };
  const { manifest } = model;
  const result = modelAnswer(request, context.settings, { ...found, manifest, timing_ms: watch.milliseconds() });
  const { count, timing_ms } = result;
  const line = { id, key: source.key, status: 'done', count, ms: timing_ms.total ?? 0 } as const;
  return { value: result, line, ...(annotated && { jpeg: annotated.jpeg }) };
}

/**
 * @throws PayloadTooLargeError before a byte is fetched, where the size is known; PredictionNotFoundError when the
 * object was deleted or overwritten since it was listed; StoreUnavailableError
 */
async function fetchPicture({ item, source, object }: Picture, context: DetectContext): Promise<StoredObject> {
  const limit = context.settings.maxUploadBytes;
  const size = Number(item.Size ?? 0);
  if (size > limit) {
    const received = `${size} bytes`;
    throw new PayloadTooLargeError([{ field: 'picture', expected: `at most ${limit} bytes`, received }]);
  }
  const found = object ?? (await read(source.bucket, item, context).catch(onlyMissing));
  const isListed = found && (item.VersionId || unquoted(found.tag) === source.version);
  if (isListed) return found;
  const received = found ? 'another version of it' : 'a deleted object';
  throw new PredictionNotFoundError([{ field: 'picture', expected: 'the object as it was listed', received }]);
}

function read(bucket: string, { Key, VersionId }: BatchItem, { objects }: DetectContext): Promise<StoredObject> {
  return objects.inBucket(bucket).get(Key, VersionId || undefined);
}

function unquoted(tag: string): string {
  return tag.replaceAll('"', '');
}
