/** Stored objects and the messages about them. */

import type { SQSEvent } from 'aws-lambda';
import type { Finding } from '../../functions/judge/finding.ts';
import { ObjectNotFoundError } from '../../functions/platform/objects.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';

export const API = 'https://abc.execute-api.eu-central-1.amazonaws.com';

export const RESULT = {
  id: '01998b3c-0000-7000-8000-000080000000',
  endpoint: 'count-cars',
  status: 'done',
  created_at: '2026-11-26T12:00:00.000Z',
  source: { kind: 'http' },
  release: { function_name: 'f', function_version: '7', alias: 'live' },
  count: 1,
  counts: { car: 1 },
  detections: [{ label: 'car', confidence: 0.9, box: { x: 1, y: 2, width: 3, height: 4 } }],
  image: { width: 640, height: 480 },
  model: { name: 'counter-nano', version: '1.0.0', sha256: 'ab' },
  timing_ms: { total: 30 },
  request: {},
  owner: 'the hash of a caller',
  fingerprint: { sha256: 'cd' },
  annotated: { key: 'annotated/count-cars/x.jpg', width: 640, height: 480 },
  captured: true,
};
export const RESULT_KEY = `results/count-cars/${RESULT.id}.json`;

export const REJECTION = {
  id: '0123456789abcdef0123456789abcdef',
  endpoint: 'count-cars',
  status: 'rejected',
  created_at: '2026-11-26T12:00:00.000Z',
  source: { kind: 'upload', bucket: 'bucket', key: 'uploads/count-cars/a.jpg', version: 'v1' },
  release: { function_version: '7', alias: 'live' },
  owner: 'the hash of a caller',
  problem: {
    type: '/problems/unsupported-media-type',
    title: 'Unsupported',
    status: 415,
    detail: 'no picture',
    errors: [],
  },
};
export const REJECTION_KEY = `results/count-cars/${REJECTION.id}.json`;

const STEPS = [
  { kind: 'golden', words: 'golden gate' },
  { kind: 'weight', percent: 10, words: 'canary at 10 %' },
  { kind: 'done', words: 'done' },
] as const;

/** A tick's record. */
export function tick(number: number, changes: Partial<TickRecord> = {}): TickRecord {
  return {
    at: '2026-11-26T12:00:00.000Z',
    endpoint: 'count-cars',
    version: '7',
    stable_version: '6',
    tick: number,
    execution: 'v7-abc.2',
    status: 'running',
    step: STEPS[1],
    step_since: '2026-11-26T11:00:00.000Z',
    outcome: 'hold',
    words: '7 errors in 52 requests (13.5 %) is over 2 %',
    traffic: 'version 6 with 90 %, version 7 with 10 %',
    needs_a_person: false,
    findings: [] as Finding[],
    steps: STEPS,
    step_number: 1,
    ...changes,
  };
}
export const tickKey = (number: number) => `rollouts/count-cars/f/v7-abc/audit/${String(number).padStart(6, '0')}.json`;

/** A bucket with these objects. */
export function bucketWith(stored: Readonly<Record<string, unknown>>) {
  const findJson = async (key: string) => structuredClone(stored[key]);
  const getJson = async (key: string) => {
    if (!(key in stored)) throw new ObjectNotFoundError(key);
    return findJson(key);
  };
  return { bucket: 'bucket', findJson, getJson };
}

/** S3's message about a new object. */
export function announcement(key: string, bucket = 'bucket'): string {
  const object = { key: encodeURIComponent(key).replaceAll('%2F', '/'), size: 1, eTag: 'e', versionId: 'v' };
  const record = { eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' };
  return JSON.stringify({ Records: [{ ...record, s3: { bucket: { name: bucket }, object } }] });
}

/** The message about a batch job's execution. */
export function statusChange(status: string, more: object = {}): string {
  const input = { job: 'night', bucket: 'photos', key: '2026/', version: '7', results: 'jobs/count-cars/night' };
  const detail = {
    executionArn: 'arn:aws:states:eu-central-1:1:execution:m:night',
    status,
    startDate: Date.UTC(2026, 10, 26, 12),
    stopDate: status === 'RUNNING' ? null : Date.UTC(2026, 10, 26, 13),
    input: JSON.stringify(input),
    redriveCount: 0,
    ...more,
  };
  return JSON.stringify({ 'detail-type': 'Step Functions Execution Status Change', source: 'aws.states', detail });
}

/** A batch of messages with the ids `m0`, `m1` … */
export function queueEvent(...bodies: string[]): SQSEvent {
  return { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) } as SQSEvent;
}
