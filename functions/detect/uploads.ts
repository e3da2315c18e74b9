import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PayloadTooLargeError, PredictionNotFoundError, TicketUsedError } from '../api/errors.ts';
import { parseOptions } from '../api/options.ts';
import { isRejection, problemFor } from '../api/problems.ts';
import type { Problem, Source, StoredRejection } from '../api/schemas.ts';
import { uploadId } from '../api/upload-id.ts';
import { KEYS } from '../contract.ts';
import { type NewObject, readUploadMessage } from '../platform/object-messages.ts';
import { ObjectNotFoundError, type StoredObject } from '../platform/objects.ts';
import { uploadName } from '../records/recorded-requests.ts';
import type { DetectContext, Invocation } from './context.ts';
import { fromMetadata, OWNER_METADATA } from './option-metadata.ts';
import { predict } from './predict.ts';
import { isCaptured } from './stored-prediction.ts';
import { putUploadResult, ticketId, ticketState } from './ticket.ts';

interface Upload {
  readonly id: string;
  /** Its version is the object's version id, or the etag where the bucket keeps no versions. */
  readonly source: Extract<Source, { kind: 'upload' }>;
  readonly versionId: string | undefined;
  readonly bytes: number;
  /** Whether a ticket was used: only its metadata name an owner that the function itself has signed. */
  readonly isTicketed: boolean;
}

/**
 * Answers a batch of messages, with one result for each upload. A bad picture is rejected and never retried; an error
 * on our side, or a message that is no event of S3, returns that message, and only that one, to the queue.
 */
export function answerUploads(
  event: SQSEvent,
  invocation: Invocation,
  context: DetectContext,
): Promise<SQSBatchResponse> {
  // The first upload of a batch waits for the model's load, which began with the invocation.
  let startedAt: number | undefined = invocation.startedAt;
  const answer = async ({ body }: SQSRecord): Promise<void> => {
    const errors: unknown[] = [];
    for (const upload of readUploads(body, context)) {
      const start = startedAt ?? performance.now();
      startedAt = undefined;
      await answerUpload(upload, { ...invocation, startedAt: start }, context).catch((error: unknown) =>
        errors.push(error),
      );
    }
    if (errors.length > 0) throw new AggregateError(errors, 'uploads failed');
  };
  return processPartialResponse(event, answer, new BatchProcessor(EventType.SQS), {
    // One picture at a time bounds the memory.
    processInParallel: false,
    throwOnFullBatchFailure: false,
  });
}

async function answerUpload(upload: Upload, invocation: Invocation, context: DetectContext): Promise<void> {
  const { telemetry } = context;
  try {
    await answerOnce(upload, invocation, context);
  } catch (error) {
    telemetry.logger.error('upload failed, will be retried', { upload, error: error as Error });
    telemetry.record({ ending: 'failure', durationMs: performance.now() - invocation.startedAt });
    throw error;
  }
}

/** SQS delivers at least once. A picture whose ticket belongs to another one is rejected under an id of its own. */
async function answerOnce(upload: Upload, invocation: Invocation, context: DetectContext): Promise<void> {
  try {
    if (await isAnswered(upload, context)) return;
    await predictOrReject(upload, invocation, context);
  } catch (error) {
    if (!(error instanceof TicketUsedError)) throw error;
    const own = { ...upload, id: uploadId(upload.source) };
    if (await isAnswered(own, context)) return;
    await reject(own, problemFor(error, invocation.id), invocation, context);
  }
}

async function predictOrReject(upload: Upload, invocation: Invocation, context: DetectContext): Promise<void> {
  try {
    await predictUpload(upload, invocation, context);
  } catch (error) {
    const problem = problemFor(error, invocation.id);
    if (!isRejection(problem) || error instanceof TicketUsedError) throw error;
    await reject(upload, problem, invocation, context);
  }
}

async function predictUpload(upload: Upload, invocation: Invocation, context: DetectContext): Promise<void> {
  const createdAt = new Date();
  const { bytes: picture, metadata } = await fetchPicture(upload, context);
  const options = parseOptions(fromMetadata(metadata));
  const { id, source } = upload;
  const owner = ownerOf(upload, metadata);
  await predict({ id, picture, options, source, invocation, createdAt, owner }, invocation.startedAt, context);
}

/**
 * @throws PayloadTooLargeError before a byte is fetched; PredictionNotFoundError when the object was deleted since;
 * StoreUnavailableError
 */
async function fetchPicture(
  { source: { key }, versionId, bytes }: Upload,
  { objects, settings }: DetectContext,
): Promise<StoredObject> {
  const limit = settings.maxUploadBytes;
  if (bytes > limit) {
    const received = `${bytes} bytes`;
    throw new PayloadTooLargeError([{ field: 'picture', expected: `at most ${limit} bytes`, received }]);
  }
  try {
    return await objects.get(key, versionId);
  } catch (cause) {
    if (!(cause instanceof ObjectNotFoundError)) throw cause;
    const deleted = { field: 'upload', expected: 'an object in the bucket', received: 'a deleted object' };
    throw new PredictionNotFoundError([deleted], { cause });
  }
}

/**
 * Only of this bucket and endpoint, because SNS can take 15 minutes to apply the filter of a new subscription.
 * @throws UploadMessageError
 */
function readUploads(body: string, { settings, objects, telemetry }: DetectContext): Upload[] {
  try {
    return readUploadMessage(body).flatMap((created) => {
      const { bucket, key } = created;
      if (bucket === objects.bucket && key.startsWith(KEYS.uploads(settings.name)))
        return uploadOf(created, settings.name);
      telemetry.logger.info('ignored upload of another endpoint or bucket', { bucket, key });
      return [];
    });
  } catch (error) {
    telemetry.logger.error('message is no event of S3, will be retried', { error: error as Error });
    throw error;
  }
}

function uploadOf({ bucket, key, bytes, etag, versionId }: NewObject, endpoint: string): Upload {
  const source = { kind: 'upload', bucket, key, version: versionId ?? etag } as const;
  const ticket = ticketId(key, endpoint);
  return { id: ticket ?? uploadId(source), source, versionId, bytes, isTicketed: ticket !== undefined };
}

function ownerOf({ isTicketed }: Upload, metadata: Readonly<Record<string, string>> = {}): string | undefined {
  return isTicketed ? metadata[OWNER_METADATA] : undefined;
}

async function isAnswered({ id, source }: Upload, { objects, settings }: DetectContext): Promise<boolean> {
  return (await ticketState({ id, source, endpoint: settings.name }, objects)) === 'answered';
}

async function reject(
  upload: Upload,
  problem: Problem,
  { release, startedAt }: Invocation,
  { objects, settings, telemetry }: DetectContext,
): Promise<void> {
  const { id, source } = upload;
  const created_at = new Date().toISOString();
  const { name: endpoint } = settings;
  const owner = upload.isTicketed ? ownerOf(upload, await objects.findMetadata(source.key)) : undefined;
  const rejection: StoredRejection = {
    id,
    endpoint,
    status: 'rejected',
    created_at,
    source,
    release,
    problem,
    ...(owner !== undefined && { owner }),
  };
  const isStored = await putUploadResult(objects, rejection);
  // So that a shadow tries a candidate on what live rejects.
  if (isStored && isCaptured(id, settings.capture)) {
    await objects.putJson(KEYS.input(endpoint, uploadName(Date.parse(created_at), id)), { id });
  }
  telemetry.record({ ending: 'rejection', durationMs: performance.now() - startedAt });
  telemetry.logger.info('rejected upload', { id, key: source.key, problem });
}
