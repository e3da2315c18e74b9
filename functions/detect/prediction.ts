import type { RequestOptions } from '../api/options.ts';
import type { Release, Source, StoredPrediction } from '../api/schemas.ts';
import { type EndpointSettings, KEYS } from '../contract.ts';
import { type Detection, detect, type StepTimer } from '../detection/detect.ts';
import type { Model } from '../detection/model.ts';
import type { Objects } from '../platform/objects.ts';

/** A picture with all that is asked about it. */
export interface Question {
  readonly id: string;
  readonly picture: Uint8Array;
  readonly options: RequestOptions;
  readonly model: Model;
  readonly source: Source;
  readonly release: Release;
  readonly now: Date;
}

/** A prediction as it is stored, and its annotated picture. */
export interface Finding {
  readonly result: StoredPrediction;
  readonly jpeg: Buffer;
}

/** Runs the model on the picture and draws; stores nothing. @throws every error of `detect` */
export async function answerQuestion(question: Question, settings: EndpointSettings): Promise<Finding> {
  const watch = stopwatch();
  const { model, options } = question;
  const { image, detections, annotated } = await detect(
    model,
    question.picture,
    {
      maxSide: options.max_side ?? settings.maxSide,
      maxPixels: settings.maxPixels,
      maxBytes: settings.maxUploadBytes,
      ...(settings.labels && { labels: settings.labels }),
      ...optional('confidence', options.confidence ?? settings.confidence),
      ...optional('iou', options.iou ?? settings.iou),
    },
    watch.time,
  );
  if (!annotated) throw new Error('Expected detect to draw the annotated picture, received none');
  const { name, version, sha256 } = model.manifest;
  const result: StoredPrediction = {
    id: question.id,
    endpoint: settings.name,
    status: 'done',
    created_at: question.now.toISOString(),
    source: question.source,
    count: detections.length,
    counts: countByLabel(detections),
    detections: detections.map(shortened),
    image,
    model: { name, version, sha256 },
    release: question.release,
    timing_ms: watch.milliseconds(),
    request: options,
    annotated: {
      key: KEYS.annotated(settings.name, question.id),
      width: annotated.width,
      height: annotated.height,
    },
    captured: question.source.kind === 'http' && isCaptured(question.id, settings.capture),
  };
  return { result, jpeg: annotated.jpeg };
}

/**
 * Stores what an HTTP request gave, all at once: nobody knows the id before the answer, so no order matters.
 * @throws StoreUnavailableError
 */
export async function storeHttp(finding: Finding, picture: Uint8Array, objects: Objects): Promise<void> {
  const { result, jpeg } = finding;
  await Promise.all([
    objects.put(result.annotated.key, jpeg, 'image/jpeg'),
    objects.putJson(KEYS.result(result.endpoint, result.id), result),
    result.captured && objects.put(KEYS.input(result.endpoint, result.id), picture, 'application/octet-stream'),
    ...storeDecision(result, objects),
  ]);
}

/**
 * Stores what an upload gave. The result comes last, so that a result that can be read is complete, whatever was killed
 * in between.
 * @throws StoreUnavailableError
 */
export async function storeUpload({ result, jpeg }: Finding, objects: Objects): Promise<void> {
  await Promise.all([objects.put(result.annotated.key, jpeg, 'image/jpeg'), ...storeDecision(result, objects)]);
  await objects.putJson(KEYS.result(result.endpoint, result.id), result);
}

function storeDecision({ id, endpoint, request, created_at }: StoredPrediction, objects: Objects): Promise<void>[] {
  if (request.decision === undefined) return [];
  return [objects.putJson(KEYS.decision(endpoint, id), { count: request.decision, decided_at: created_at })];
}

/** By the id, not by chance, so that asking again gives the same answer. The last 32 bits of a UUIDv7 are random. */
function isCaptured(id: string, share: number): boolean {
  return Number.parseInt(id.slice(-8), 16) / 2 ** 32 < share;
}

function countByLabel(detections: readonly Detection[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { label } of detections) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** A hundredth of a pixel and a ten-thousandth of confidence are finer than any model is sure of. */
function shortened({ label, confidence, box }: Detection): StoredPrediction['detections'][number] {
  const { x, y, width, height } = box;
  return {
    label,
    confidence: round(confidence, 4),
    box: { x: round(x, 2), y: round(y, 2), width: round(width, 2), height: round(height, 2) },
  };
}

/** Times steps; `total` runs from the start of the watch. */
export function stopwatch(): { time: StepTimer; milliseconds: () => Record<string, number> } {
  const start = performance.now();
  const steps: Record<string, number> = {};
  const time: StepTimer = async (step, work) => {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      steps[step] = round((steps[step] ?? 0) + performance.now() - begin, 2);
    }
  };
  return { time, milliseconds: () => ({ ...steps, total: round(performance.now() - start, 2) }) };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** Leaves an absent option out: `exactOptionalPropertyTypes` tells absent from undefined. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
