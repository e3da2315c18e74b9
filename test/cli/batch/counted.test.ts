/** The forecast of a job counts what the emulated Step Functions and the function then do. */

import { forecast } from '../../../cli/batch/forecast.ts';
import { BATCH_KEYS, type BatchEvent, type BatchJob } from '../../../functions/batch-contract.ts';
import { answerBatch } from '../../../functions/detect/batch.ts';
import { batchDefinition } from '../../../lib/batch-definition.ts';
import { Clock } from '../../../local/clock.ts';
import { invocation, testContext } from '../../detect/fixtures/context.ts';
import { golden } from '../../journeys/pictures.ts';
import { machinesOf, OneBucket } from '../../local/states/state-machines.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:cars';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:cars';
const PREFIX = BATCH_KEYS.pictures('count-cars');
const PICTURES = 11;

test('invocations by the pinned version, and requests of the function to S3', async () => {
  const context = testContext();
  const bucket = new OneBucket('bucket');
  const broken = Buffer.from('broken');
  for (let index = 0; index < PICTURES; index += 1) {
    bucket.objects.set(`${PREFIX}${index}`, '');
    context.bucket.stored.set(`${PREFIX}${index}`, { bytes: index === 5 ? broken : golden('cars.jpg') });
  }
  const expected = forecast({
    counted: { pictures: PICTURES, requests: { lists: 1, gets: 0 } },
    pinned: { version: '7', timeoutSeconds: 29, memoryMb: 1769, arch: 'arm64' },
    measured: { perPicture: 100, slowest: 130 },
    concurrency: 1,
    annotate: true,
  });
  const calls: string[] = [];
  const invoke = async (target: string, payload: string) => {
    calls.push(target);
    // The emulated list has no tags of the function's bucket.
    const { items, ...event } = JSON.parse(payload) as BatchEvent;
    const known = items.map(({ Key }) => ({ Key, VersionId: 'v1' }));
    const answer = await answerBatch({ ...event, items: known }, invocation(), context);
    return { failed: false, payload: JSON.stringify(answer) };
  };
  const machines = machinesOf({ lambda: { invoke } as never, clock: new Clock(1e6), objects: bucket });
  const map = { functionArn: FUNCTION, bucket: 'bucket', partition: 'aws' };
  const States = { Pictures: { ...batchDefinition('list', map), End: true } };
  machines.define(MACHINE, JSON.stringify({ StartAt: 'Pictures', States }));
  const input = { ...JOB, batch: expected.batch, annotate: true };
  const execution = machines.start(MACHINE, JSON.stringify(input));
  while (execution.status === 'RUNNING') await new Promise(setImmediate);
  expect(execution.status).toBe('SUCCEEDED');
  expect([calls.length, new Set(calls)]).toEqual([expected.invocations, new Set([`${FUNCTION}:7`])]);
  const { requests, writes } = context.bucket;
  // A broken picture has no annotated picture: the forecast does not know how many are broken.
  expect(writes).toHaveLength(expected.requests.puts - 1);
  expect(requests.length - writes.length).toBe(expected.requests.gets);
});

const JOB: Omit<BatchJob, 'batch' | 'annotate'> = {
  ...{ job: 'monday', source: 'list', bucket: 'bucket', key: PREFIX, version: '7', limit: 1000, concurrency: 1 },
  ...{ tolerate: 0, results: 'jobs/count-cars/monday', forecast: { pictures: PICTURES, msPerPicture: 100 } },
} as const;
