import { createHash } from 'node:crypto';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { PayloadTooLargeError, PredictionNotFoundError } from '../api/errors.ts';
import { OPTION_NAMES, parseOptions } from '../api/options.ts';
import { isRejection, problemFor } from '../api/problems.ts';
import { type Problem, type Rejection, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError, type StoredObject } from '../platform/objects.ts';
import type { Door } from './context.ts';
import { storeHumanCase, takeForHuman } from './human.ts';
import { answerQuestion, type Question, storeUpload } from './prediction.ts';
import { releaseOf } from './release.ts';

/** The part that is used of S3's "Object Created" event, as EventBridge puts it on the queue. */
const objectCreated = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.number(),
      etag: z.string(),
      'version-id': z.string().optional(),
    }),
  }),
});

interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Version id, or the etag where the bucket keeps no versions. */
  readonly version: string;
  readonly versionId: string | undefined;
  readonly bytes: number;
}

/**
 * Answers a batch of uploads. A bad picture is answered (with a rejection) and done with; a fault on our side sends
 * that message, and only that one, back to the queue.
 */
export function answerUploads(event: SQSEvent, context: Context, door: Door): Promise<SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, (record: SQSRecord) => answerUpload(record, context, door), processor, {
    context,
    // One picture at a time bounds the memory.
    processInParallel: false,
    throwOnFullBatchFailure: false,
  });
}

async function answerUpload(record: SQSRecord, context: Context, door: Door): Promise<void> {
  const start = performance.now();
  const upload = readEvent(record, door);
  try {
    if (await isAnswered(upload, door)) return;
    await predictUpload(upload, context, door);
  } catch (error) {
    const problem = problemFor(error, context.awsRequestId);
    if (!isRejection(problem)) {
      door.telemetry.logger.error('upload failed, will be retried', { upload, error: error as Error });
      door.telemetry.record({ ending: 'failure', durationMs: performance.now() - start });
      throw error;
    }
    await reject(upload, problem, context, door);
    door.telemetry.record({ ending: 'rejection', durationMs: performance.now() - start });
  }
}

async function predictUpload(upload: Upload, context: Context, door: Door): Promise<void> {
  const now = new Date();
  const { bytes: picture, metadata } = await fetchPicture(upload, door);
  const options = parseOptions(fromMetadata(metadata));
  const { id, bucket, key, version } = upload;
  const source = { kind: 'upload', bucket, key, version } as const;
  const asked = { id, picture, options, source, release: releaseOf(context), now };
  if (options.model !== undefined) door.models.check(options.model);
  if (door.settings.answeredBy === 'human') return keepForHuman(asked, door);
  const model = options.model === undefined ? await door.models.first() : await door.models.named(options.model);
  const finding = await answerQuestion({ ...asked, model }, door.settings);
  const beforeStore = performance.now();
  await storeUpload(finding, door.objects);
  const { total = 0, ...steps } = finding.result.timing_ms;
  const store = performance.now() - beforeStore;
  const { count } = finding.result;
  door.telemetry.record({
    ending: 'prediction',
    durationMs: total + store,
    objects: count,
    steps: { ...steps, store },
  });
  door.telemetry.logger.info('predicted upload', { id, key, count, bytes: picture.length });
}

async function keepForHuman(asked: Omit<Question, 'model'>, door: Door): Promise<void> {
  const start = performance.now();
  await storeHumanCase(await takeForHuman(asked, door.settings), asked.picture, door.objects);
  door.telemetry.record({ ending: 'prediction', durationMs: performance.now() - start });
}

/** @throws PayloadTooLargeError before a byte is fetched; PredictionNotFoundError when the object was deleted meanwhile */
async function fetchPicture({ key, versionId, bytes }: Upload, { objects, settings }: Door): Promise<StoredObject> {
  const limit = settings.maxUploadBytes;
  if (bytes > limit) {
    throw new PayloadTooLargeError([
      { field: 'picture', expected: `at most ${limit} bytes`, received: `${bytes} bytes` },
    ]);
  }
  try {
    return await objects.get(key, versionId);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    const fault = { field: 'upload', expected: 'the object to lie in the bucket', received: 'a deleted one' };
    throw new PredictionNotFoundError([fault], { cause: error });
  }
}

function readEvent(record: SQSRecord, { settings }: Door): Upload {
  const { detail } = objectCreated.parse(JSON.parse(record.body));
  const { key, size, etag, 'version-id': versionId } = detail.object;
  const place = { bucket: detail.bucket.name, key, version: versionId ?? etag };
  return { ...place, id: ticketId(key, settings.name) ?? uploadId(place), versionId, bytes: size };
}

/**
 * The id of an upload: the first 32 hex digits of SHA-256 over bucket, key and version, with a line feed between, so
 * that a repeated event lands on the same result. A shell can tell it too:
 * `printf 'bucket\nkey\nversion' | sha256sum | cut -c1-32`.
 */
export function uploadId({ bucket, key, version }: { bucket: string; key: string; version: string }): string {
  return createHash('sha256').update([bucket, key, version].join('\n')).digest('hex').slice(0, 32);
}

/** The id that `POST /{endpoint}/uploads` promised, when the upload came that way. */
function ticketId(key: string, endpoint: string): string | undefined {
  const prefix = KEYS.ticketedUpload(endpoint, '');
  const id = key.slice(prefix.length);
  return key.startsWith(prefix) && /^[0-9a-f-]{36}$/.test(id) ? id : undefined;
}

/** Queues deliver at least once. A ticket can be used again for another picture, so the version must agree too. */
async function isAnswered({ id, version }: Upload, { objects, settings }: Door): Promise<boolean> {
  try {
    const { source } = storedResultSchema.parse(await objects.getJson(KEYS.result(settings.name, id)));
    return source.kind === 'upload' && source.version === version;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    throw error;
  }
}

async function reject(
  upload: Upload,
  problem: Problem,
  context: Context,
  { objects, settings, telemetry }: Door,
): Promise<void> {
  const { id, bucket, key, version } = upload;
  const rejection: Rejection = {
    id,
    endpoint: settings.name,
    status: 'rejected',
    created_at: new Date().toISOString(),
    source: { kind: 'upload', bucket, key, version },
    release: releaseOf(context),
    problem,
  };
  await objects.putJson(KEYS.result(settings.name, id), rejection);
  telemetry.logger.info('rejected upload', { id, key, problem });
}

/** S3 clients add metadata of their own (mtime and the like): only what is an option is read. */
function fromMetadata(metadata: Readonly<Record<string, string>>): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const name of OPTION_NAMES) {
    const value = metadata[name.replace('_', '-')];
    if (value !== undefined) options.set(name, [value]);
  }
  return options;
}
