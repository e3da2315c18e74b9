import type { RequestOptions } from '../api/options.ts';
import type { StoredPrediction } from '../api/schemas.ts';
import { type EndpointSettings, KEYS } from '../contract.ts';
import type { Detection, DetectOptions } from '../detection/detect.ts';
import type { Manifest } from '../detection/manifest.ts';
import type { PictureMeasures } from '../detection/measures.ts';
import { fingerprintOf } from '../records/fingerprint.ts';
import { decodeSeconds, type Invocation } from './context.ts';
import type { PredictionRequest } from './prediction.ts';
import { round } from './stopwatch.ts';

/** What a model found in a picture, with its annotated picture's size and the milliseconds of each step. */
interface Found {
  readonly image: StoredPrediction['image'];
  readonly luminance: string;
  readonly measures?: PictureMeasures;
  readonly detections: readonly Detection[];
  readonly annotated: Omit<StoredPrediction['annotated'], 'key'>;
  readonly manifest: Pick<Manifest, 'name' | 'version' | 'sha256'>;
  readonly timing_ms: Record<string, number>;
}

/** The options of a detection: the request's, else the endpoint's, else the manifest's. */
export function detectOptions(
  options: RequestOptions,
  settings: EndpointSettings,
  invocation: Invocation,
): DetectOptions {
  const confidence = options.confidence ?? settings.confidence;
  const iou = options.iou ?? settings.iou;
  return {
    maxSide: options.max_side ?? settings.maxSide,
    maxPixels: settings.maxPixels,
    maxBytes: settings.maxUploadBytes,
    decodeSeconds: decodeSeconds(invocation),
    damaged: settings.damaged ?? 'reject',
    ...(settings.drift && { measure: true }),
    ...(settings.labels && { labels: settings.labels }),
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
  };
}

/** A prediction as it is stored under `results/`. */
export function storedPrediction(
  request: PredictionRequest,
  settings: EndpointSettings,
  found: Found,
): StoredPrediction {
  const { name, capture } = settings;
  const { id } = request;
  const { measures } = found;
  return {
    ...modelAnswer(request, settings, found),
    ...(measures && { measures }),
    annotated: { key: KEYS.annotated(name, id), ...found.annotated },
    captured: isCaptured(id, capture),
  };
}

/** What a model answers, without the fields about an annotated picture and a capture. */
export function modelAnswer(
  { id, picture, createdAt, source, options, invocation, owner }: PredictionRequest,
  { name }: EndpointSettings,
  { image, luminance, detections, manifest, timing_ms }: Omit<Found, 'annotated'>,
): Omit<StoredPrediction, 'annotated' | 'captured'> {
  return {
    id,
    endpoint: name,
    status: 'done',
    created_at: createdAt.toISOString(),
    source,
    count: detections.length,
    counts: countByLabel(detections),
    detections: detections.map(rounded),
    image,
    model: { name: manifest.name, version: manifest.version, sha256: manifest.sha256 },
    release: invocation.release,
    timing_ms,
    request: options,
    ...(owner !== undefined && { owner }),
    fingerprint: fingerprintOf(picture, luminance),
  };
}

/** By the id, not by chance, so that a repetition gives the same answer. The last 32 bits of an id are random. */
export function isCaptured(id: string, share: number): boolean {
  return Number.parseInt(id.slice(-8), 16) / 2 ** 32 < share;
}

function countByLabel(detections: readonly Detection[]): Record<string, number> {
  // As a map, because a label can be named as what every object has.
  const counts = new Map<string, number>();
  for (const { label } of detections) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** To a hundredth of a pixel and a ten-thousandth of confidence, which is finer than a model's accuracy. */
function rounded({ label, confidence, box }: Detection): StoredPrediction['detections'][number] {
  const { x, y, width, height } = box;
  return {
    label,
    confidence: round(confidence, 4),
    box: { x: round(x, 2), y: round(y, 2), width: round(width, 2), height: round(height, 2) },
  };
}
