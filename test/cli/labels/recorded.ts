/** Records of an endpoint, as they are stored. */

import { KEYS } from '../../../functions/contract.ts';
import { uploadName } from '../../../functions/records/recorded-requests.ts';
import type { MemoryBucket } from '../../tables/memory-bucket.ts';

/** 12:00 UTC, in the first 48 bits of the ids. */
const NOON = Date.parse('2026-11-26T12:00:00Z');
const FOLDER = 'rollouts/count-cars/count-cars-function/v8-a/';

/** Id of a request at a minute after noon. */
export function requestId(minute: number): string {
  const hex = (NOON + minute * 60_000).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${minute.toString(16).padStart(12, '0')}`;
}

export const car = (confidence: number, x = 10) => ({
  label: 'car',
  confidence,
  box: { x, y: 10, width: 20, height: 20 },
});

/** A stored result of version 7, of another scene for each minute. */
export function result(minute: number, changes: object = {}): Record<string, unknown> {
  return {
    id: requestId(minute),
    endpoint: 'count-cars',
    status: 'done',
    created_at: new Date(NOON + minute * 60_000).toISOString(),
    source: { kind: 'http' },
    count: 1,
    counts: { car: 1 },
    detections: [car(0.9)],
    image: { width: 80, height: 60 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: 'abc' },
    release: { function_name: 'count-cars-function', function_version: '7', alias: 'live' },
    timing_ms: {},
    request: {},
    fingerprint: { sha256: `hash of ${minute}` },
    annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
    captured: true,
    ...changes,
  };
}

/** Stores a request with its picture and its result. */
export function record(bucket: MemoryBucket, minute: number, picture: Buffer, changes: object = {}): string {
  const id = requestId(minute);
  bucket.put(KEYS.input('count-cars', id), picture);
  bucket.put(KEYS.result('count-cars', id), result(minute, changes));
  return id;
}

/** Stores an upload with the note of its capture. */
export function recordUpload(bucket: MemoryBucket, minute: number, picture: Buffer, changes: object = {}): string {
  const id = minute.toString(16).padStart(32, '0');
  const key = `uploads/count-cars/gate-7/${minute}.jpg`;
  bucket.put(key, picture);
  const source = { kind: 'upload', bucket: 'bucket', key, version: 'version-1' };
  bucket.put(KEYS.input('count-cars', uploadName(NOON + minute * 60_000, id)), { id });
  bucket.put(KEYS.result('count-cars', id), result(minute, { id, source, ...changes }));
  return id;
}

/** Stores a comparison of versions 7 and 8. */
export function compared(bucket: MemoryBucket, id: string, agreement: number, candidate: readonly object[]): void {
  bucket.put(`${FOLDER}shadow/${id}.json`, {
    id,
    compared_at: '2026-11-26T13:00:00Z',
    candidate_version: '8',
    baseline: { kind: 'live', version: '7', detections: [car(0.9)] },
    candidate: { ok: true, answer: { status: 'done', function_version: '8', detections: candidate, timing_ms: {} } },
    score: {
      status: 'done',
      objects: { baseline: 1, candidate: candidate.length },
      countError: 0,
      comparison: {
        ...{ matches: [], missed: [], extra: [], agreement },
        ...{ countDifference: 0, countDifferences: {} },
      },
    },
    input: KEYS.input('count-cars', id),
  });
}
