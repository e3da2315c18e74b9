/** Two jobs with their result files, and results of both versions. */

import type { BatchResult } from '../../../cli/batch/compare/stored-answer.ts';
import type { DeployedBatch } from '../../../cli/batch/deployed-batch.ts';
import type { JobReading } from '../../../cli/batch/job.ts';
import { BATCH_KEYS } from '../../../functions/batch-contract.ts';
import type { Detection } from '../../../functions/judge/agreement.ts';
import { MemoryBucket } from '../../detect/fixtures/bucket.ts';

/** A job of version 1 or 2 that is done. */
export function reading(version: string, changes: Partial<JobReading> = {}): JobReading {
  const job = `monday-v${version}`;
  return {
    arn: `arn:${job}`,
    job: {
      ...{ job, source: 'list', bucket: 'photos', key: 'in/', version, limit: 100_000_000, batch: 2, concurrency: 5 },
      ...{ tolerate: 1, annotate: false, results: `jobs/cars/${job}`, forecast: { pictures: 7, msPerPicture: 100 } },
    },
    phase: 'done',
    startedAt: new Date('2026-11-26T10:00:00Z'),
    redrives: 0,
    mapRun: `arn:map:${job}`,
    ...changes,
  };
}

/** A car at a place, 50 pixels wide. */
export const car = (x: number, confidence = 0.9): Detection => ({
  label: 'car',
  confidence,
  box: { x, y: 0, width: 50, height: 50 },
});

/** What a version answers to a picture; undefined: it rejects it. */
export type Answers = Readonly<Record<string, readonly Detection[] | undefined>>;

/** The result of a version for a picture. Its content is that of the picture of the first letter. */
export function resultOf(id: string, version: string, detections: readonly Detection[] | undefined): BatchResult {
  const common = {
    ...{ id, endpoint: 'cars', created_at: '2026-11-26T10:00:30.000Z' },
    source: { kind: 'upload', bucket: 'photos', key: `in/${id}.jpg`, version: `tag-${id}` },
    release: { function_name: 'Cars', function_version: version, alias: null },
  } as const;
  if (!detections) {
    const problem = {
      type: '/problems/unsupported-picture',
      title: 'Unsupported',
      status: 415,
      detail: 'no',
      errors: [],
    };
    return { ...common, status: 'rejected', problem };
  }
  return {
    ...common,
    ...{ status: 'done', count: detections.length, counts: {}, request: {}, image: { width: 640, height: 480 } },
    detections: detections.map((each) => ({ ...each })),
    model: { name: 'counter', version: '1', sha256: 'sha' },
    timing_ms: { total: version === '1' ? 40 : 60 },
    fingerprint: { sha256: id.charAt(0) },
  };
}

/** A bucket with both jobs, each of one child. */
export function bucketOf(baseline: Answers, candidate: Answers): MemoryBucket {
  const bucket = new MemoryBucket();
  for (const [version, answers] of [['1', baseline] as const, ['2', candidate] as const]) {
    const { job, mapRun } = reading(version);
    const folder = BATCH_KEYS.ofVersion({ endpoint: 'cars', functionName: 'Cars' }, version);
    const lines = Object.entries(answers).map(([id, detections]) => ({
      ...{ id, key: `in/${id}.jpg`, status: detections ? 'done' : 'rejected' },
      ...(detections ? { count: detections.length, ms: 50 } : { reason: '/problems/unsupported-picture' }),
    }));
    for (const [id, found] of Object.entries(answers)) {
      bucket.putJson(BATCH_KEYS.result(folder, id), resultOf(id, version, found));
    }
    const key = `${job.results}/uuid/SUCCEEDED_0.json`;
    const Output = JSON.stringify({ function_version: version, lines });
    bucket.putJson(key, [{ Status: 'SUCCEEDED', Input: JSON.stringify({ Items: lines }), Output }]);
    const ResultFiles = { SUCCEEDED: [{ Key: key }], FAILED: [], PENDING: [] };
    bucket.putJson(`${job.results}/uuid/manifest.json`, { MapRunArn: mapRun, ResultFiles });
  }
  const list = async (prefix: string) => [...bucket.stored.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  Object.assign(bucket.objects, { list });
  return bucket;
}

/** The endpoint of the bucket. */
export function deployedWith({ objects }: MemoryBucket, more: object = {}): DeployedBatch {
  return { objects, endpoint: 'cars', functionName: 'Cars', ...more } as unknown as DeployedBatch;
}
