/** The report of a job, from the result files of Step Functions. */

import { soFar } from '../../../cli/batch/commands/watch.ts';
import { exitCodeOf } from '../../../cli/batch/exit-codes.ts';
import type { JobReading } from '../../../cli/batch/job.ts';
import { reportJob } from '../../../cli/batch/job-report.ts';
import { jobInWords, reportInWords } from '../../../cli/batch/words.ts';
import type { BatchJob, BatchLine } from '../../../functions/batch-contract.ts';
import { MemoryBucket } from '../../detect/fixtures/bucket.ts';

const JOB: BatchJob = {
  job: 'monday-v7',
  source: 'list',
  bucket: 'photos',
  key: 'in/',
  version: '7',
  limit: 100_000_000,
  batch: 2,
  concurrency: 5,
  tolerate: 1,
  annotate: false,
  results: 'jobs/cars/monday-v7',
  forecast: { pictures: 7, msPerPicture: 100 },
};
const READING: JobReading = {
  arn: 'arn',
  job: JOB,
  phase: 'done',
  startedAt: new Date('2026-11-26T10:00:00Z'),
  stoppedAt: new Date('2026-11-26T10:01:00Z'),
  counts: { total: 7, done: 4, running: 0, failed: 2, pending: 1 },
  redrives: 1,
};

const done = (key: string, count: number, ms: number): BatchLine => ({ id: key, key, status: 'done', count, ms });
const child = (lines: readonly BatchLine[]) => ({
  Status: 'SUCCEEDED',
  Input: JSON.stringify({ Items: lines }),
  Output: JSON.stringify({ function_version: '7', lines }),
});
const input = (items: number) => JSON.stringify({ Items: Array(items).fill({}) });

function bucketWith(files: Readonly<Record<string, readonly (readonly object[])[]>>): MemoryBucket {
  const bucket = new MemoryBucket();
  const folder = 'jobs/cars/monday-v7/uuid/';
  const ResultFiles = Object.fromEntries(
    Object.entries(files).map(([name, each]) => [
      name,
      each.map((entries, index) => {
        bucket.putJson(`${folder}${name}_${index}.json`, entries);
        return { Key: `${folder}${name}_${index}.json` };
      }),
    ]),
  );
  bucket.putJson(`${folder}manifest.json`, { ResultFiles });
  const list = async (_prefix: string, { most }: { most: number }) =>
    [...bucket.stored.keys()].toSorted().slice(0, most);
  Object.assign(bucket.objects, { list });
  return bucket;
}

const FILES = {
  SUCCEEDED: [
    [child([done('a', 3, 120), { ...done('b', 0, 90), repeated: true }])],
    [child([done('c', 3, 300), { id: 'd', key: 'd', status: 'rejected', reason: '/problems/too-many-pixels' }])],
  ],
  FAILED: [[{ Status: 'FAILED', Error: 'Runtime.ExitError', Input: input(2) }]],
  PENDING: [[{ Status: 'PENDING', Input: input(1) }]],
};

test('counts, reasons, errors and the slowest pictures of all files', async () => {
  expect(await reportJob(bucketWith(FILES).objects, READING)).toEqual({
    job: 'monday-v7',
    version: '7',
    pictures: 7,
    done: 3,
    repeated: 1,
    pending: 1,
    rejected: [['too-many-pixels', 1]],
    failed: [['Runtime.ExitError', 2]],
    counts: [
      [0, 1],
      [3, 2],
    ],
    slowest: [done('c', 3, 300), done('a', 3, 120), { ...done('b', 0, 90), repeated: true }],
  });
});

test('more result files than a page of the list has', async () => {
  const SUCCEEDED = Array(1001).fill([child([done('a', 1, 100)])]);
  const report = await reportJob(bucketWith({ SUCCEEDED, FAILED: [], PENDING: [] }).objects, READING);
  expect(report).toMatchObject({ pictures: 1001, done: 1001, counts: [[1, 1001]] });
});

test('of several manifests, the one of the newest map run counts', async () => {
  const bucket = bucketWith(FILES);
  const newest = 'arn:aws:states:us-east-1:000000000000:mapRun:cars/List:aaaa';
  const folder = 'jobs/cars/monday-v7/aaaa/';
  bucket.putJson(`${folder}SUCCEEDED_0.json`, [child([done('a', 3, 120)])]);
  const ResultFiles = { SUCCEEDED: [{ Key: `${folder}SUCCEEDED_0.json` }], FAILED: [], PENDING: [] };
  bucket.putJson(`${folder}manifest.json`, { MapRunArn: newest, ResultFiles });
  const report = await reportJob(bucket.objects, { ...READING, mapRun: newest });
  expect(report).toMatchObject({ pictures: 1, done: 1, failed: [] });
});

test('a report in words', async () => {
  const words = reportInWords(await reportJob(bucketWith(FILES).objects, READING));
  expect(words.split('\n')).toEqual([
    'monday-v7: 7 pictures: 3 done, 1 rejected, 2 failed, 1 not begun',
    '1 of them were stored before',
    'Pictures by number of objects:',
    `       0 ${'█'.repeat(15)} 1`,
    `       3 ${'█'.repeat(30)} 2`,
    'Rejected, by reason:',
    '  too-many-pixels: 1',
    'Failed, by error:',
    '  Runtime.ExitError: 2',
    'Slowest:',
    '  300 ms  c',
    '  120 ms  a',
    '  90 ms  b',
  ]);
});

test('a job that runs, or without a manifest, has no report yet', async () => {
  const { objects } = bucketWith(FILES);
  await expect(reportJob(objects, { ...READING, phase: 'running' })).rejects.toThrow(
    'Expected a job that has ended, received monday-v7, which is running without results',
  );
  Object.assign(objects, { list: async () => [] });
  await expect(reportJob(objects, READING)).rejects.toThrow('which is done without results');
});

test('a job in words', () => {
  expect(jobInWords({ ...READING, phase: 'failed', failure: 'States.Runtime: no' })).toBe(
    `monday-v7: failed, resumed once
  pictures below s3://photos/in/, version 7
  4 of 7 pictures done, 2 failed, 0 in work, 1 pending, 60 s
  States.Runtime: no`,
  );
});

test('the progress has the rate and the cost so far', () => {
  const pinned = { version: '7', timeoutSeconds: 29, memoryMb: 1769, arch: 'arm64' } as const;
  const counts = { total: 4000, done: 1190, running: 5, failed: 10, pending: 2795 };
  expect(soFar({ ...READING, counts }, pinned, new Date('2026-11-26T10:02:00Z'))).toBe(
    '1,200 (10.0 a second, about $0.01 so far)',
  );
  const deleted = undefined;
  expect(soFar({ ...READING, counts }, deleted, new Date('2026-11-26T10:02:00Z'))).toBe('1,200 (10.0 a second)');
});

test('exit codes of status and watch', () => {
  expect((['done', 'running', 'stopped', 'failed'] as const).map(exitCodeOf)).toEqual([0, 10, 14, 15]);
});
