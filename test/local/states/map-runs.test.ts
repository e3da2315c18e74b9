/** Distributed Maps in the emulated Step Functions: children, failures, stops, redrives, restarts, result files. */

import { Clock } from '../../../local/clock.ts';
import { LambdaError } from '../../../local/lambda/function-types.ts';
import { statesApi } from '../../../local/states/api.ts';
import type { Execution } from '../../../local/states/execution.ts';
import type { ObjectService } from '../../../local/states/map-buckets.ts';
import { Database } from '../../../local/storage/database.ts';
import { machinesOf, OneBucket } from './state-machines.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:cars';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:cars';
const DEFINITION = JSON.stringify({
  StartAt: 'Pictures',
  States: {
    Pictures: {
      Type: 'Map',
      Label: 'Pictures',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Parameters: { Bucket: 'photos', 'Prefix.$': '$.prefix' },
        ReaderConfig: { MaxItemsPath: '$.limit' },
      },
      ItemBatcher: { MaxItemsPerBatchPath: '$.batch', BatchInput: { 'version.$': '$.version' } },
      MaxConcurrencyPath: '$.concurrency',
      ToleratedFailurePercentagePath: '$.tolerate',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Detect',
        States: {
          Detect: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: {
              FunctionName: FUNCTION,
              'Qualifier.$': '$.BatchInput.version',
              Payload: { 'pictures.$': '$.Items' },
            },
            Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 2 }],
            OutputPath: '$.Payload',
            End: true,
          },
        },
      },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'photos', Prefix: 'jobs/one' } },
      End: true,
    },
  },
});
const INPUT = { prefix: 'in/', batch: 2, concurrency: 1, tolerate: 0, version: '7', limit: 100 };

type Invoke = (keys: string[], target: string) => Promise<unknown> | unknown;

/** What the function does, and the calls that it gets. */
let invoke: Invoke;
let bucket: OneBucket;
/** Because the validation of a definition takes most of a second, all tests share one laptop. */
const shared = laptopOf(new Database());
let name = 0;

beforeEach(() => {
  bucket = withPictures();
  name += 1;
});

/** A laptop; a second one with the same database is a restart. */
function laptopOf(database: Database) {
  const lambda = {
    invoke: async (target: string, payload: string) => {
      const { pictures } = JSON.parse(payload) as { pictures: { Key: string }[] };
      const keys = pictures.map(({ Key }) => Key);
      const answer = await invoke(keys, target);
      if (!(answer instanceof Error)) return { failed: false, payload: JSON.stringify(answer) };
      return { failed: true, payload: JSON.stringify({ errorType: answer.name, errorMessage: answer.message }) };
    },
  };
  const objects: ObjectService = {
    bucket: (wanted) => bucket.bucket(wanted),
    read: (...call) => bucket.read(...call),
    change: (...call) => bucket.change(...call),
  };
  const machines = machinesOf({ lambda: lambda as never, clock: new Clock(1e6), database, objects });
  machines.define(MACHINE, DEFINITION);
  const api = statesApi(machines);
  const send = async (operation: string, input: object) => {
    const request = {
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      body: Buffer.from(JSON.stringify(input)),
    };
    const { status, body } = await api({ ...request, headers: { 'x-amz-target': `AWSStepFunctions.${operation}` } });
    return { status, ...JSON.parse(String(body)) };
  };
  const start = (input: object = INPUT) => machines.start(MACHINE, JSON.stringify(input), `run-${name}`);
  return { machines, send, start, database, mapRun: () => mapRunOf(send) };
}

/** The shared laptop with a function of this test. */
function laptop(does: Invoke) {
  invoke = does;
  return shared;
}

function withPictures(): OneBucket {
  const bucket = new OneBucket();
  for (let each = 1; each <= 7; each += 1) bucket.objects.set(`in/${each}.jpg`, 'picture');
  return bucket;
}

type Send = ReturnType<typeof laptopOf>['send'];
const EXECUTION = MACHINE.replace(':stateMachine:', ':execution:');

async function mapRunOf(send: Send) {
  const { mapRuns } = await send('ListMapRuns', { executionArn: `${EXECUTION}:run-${name}` });
  return send('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn });
}

async function end(execution: Execution): Promise<Execution> {
  while (execution.status === 'RUNNING') await new Promise(setImmediate);
  return execution;
}

/** Until `isTrue`. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise(setImmediate);
}

const ALL = [1, 2, 3, 4, 5, 6, 7].map((each) => `in/${each}.jpg`);

/** The entries of the result files, by status. */
function resultsOf(bucket: OneBucket): Record<string, { Input: string; Output?: string; Status: string }[]> {
  const key = [...bucket.objects.keys()].findLast((each) => each.endsWith('manifest.json')) ?? '';
  const { ResultFiles } = JSON.parse(bucket.objects.get(key) ?? '');
  const entries = Object.entries(ResultFiles as Record<string, { Key: string; Size: number }[]>);
  return Object.fromEntries(
    entries.map(([name, files]) => [
      name,
      files.flatMap(({ Key, Size }) => {
        const text = bucket.objects.get(Key) ?? '';
        expect(Buffer.byteLength(text)).toBe(Size);
        return JSON.parse(text);
      }),
    ]),
  );
}

test('each picture is in one child, which gets the version; the output names the manifest of the results', async () => {
  const calls: [string[], string][] = [];
  const { start, mapRun } = laptop((keys, target) => {
    calls.push([keys, target]);
    return { done: keys.length };
  });
  const execution = await end(start());
  expect(execution.status).toBe('SUCCEEDED');
  expect(calls.map(([keys]) => keys)).toEqual([ALL.slice(0, 2), ALL.slice(2, 4), ALL.slice(4, 6), ALL.slice(6)]);
  expect(new Set(calls.map(([, target]) => target))).toEqual(new Set([`${FUNCTION}:7`]));
  const { MapRunArn, ResultWriterDetails } = JSON.parse(execution.output ?? '');
  expect(MapRunArn).toMatch(/^arn:aws:states:us-east-1:000000000000:mapRun:cars\/Pictures:[0-9a-f-]{36}$/);
  const uuid = MapRunArn.split(':').at(-1);
  expect(ResultWriterDetails).toEqual({ Bucket: 'photos', Key: `jobs/one/${uuid}/manifest.json` });
  const { SUCCEEDED = [], FAILED, PENDING } = resultsOf(bucket);
  expect([FAILED, PENDING]).toEqual([[], []]);
  expect(SUCCEEDED.map(({ Output = '' }) => JSON.parse(Output))).toEqual([2, 2, 2, 1].map((done) => ({ done })));
  expect(await mapRun()).toMatchObject({
    status: 'SUCCEEDED',
    maxConcurrency: 1,
    itemCounts: { total: 7, succeeded: 7, pending: 0, running: 0, resultsWritten: 7 },
    executionCounts: { total: 4, succeeded: 4 },
  });
});

test('no more children run than the concurrency allows, until UpdateMapRun raises it', async () => {
  let running = 0;
  let most = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { start, send, mapRun } = laptop(async () => {
    running += 1;
    most = Math.max(most, running);
    await released;
    running -= 1;
    return {};
  });
  const execution = start({ ...INPUT, concurrency: 2 });
  await until(async () => running === 2);
  expect(await mapRun()).toMatchObject({ status: 'RUNNING', executionCounts: { running: 2, pending: 2 } });
  const { mapRunArn } = await mapRun();
  expect(await send('UpdateMapRun', { mapRunArn, maxConcurrency: -1 })).toMatchObject({ status: 400 });
  await send('UpdateMapRun', { mapRunArn, maxConcurrency: 3 });
  await until(() => running === 3);
  release();
  expect((await end(execution)).status).toBe('SUCCEEDED');
  expect(most).toBe(3);
});

test('a throttled child is retried; more failed items than tolerated fail the execution', async () => {
  const crash = Object.assign(new Error('gone'), { name: 'Runtime.ExitError' });
  let calls = 0;
  const throttledOnce: Invoke = (keys) => {
    calls += 1;
    if (calls === 1) throw new LambdaError('TooManyRequestsException', 429, 'Rate Exceeded.');
    return keys.includes('in/3.jpg') ? crash : {};
  };
  const strict = laptop(throttledOnce);
  expect(await end(strict.start())).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
  expect(calls).toBe(3);
  const { SUCCEEDED, FAILED, PENDING } = resultsOf(bucket);
  expect([SUCCEEDED?.length, FAILED?.length, PENDING?.length]).toEqual([1, 1, 2]);
  expect(FAILED?.[0]).toMatchObject({ Status: 'FAILED', Error: 'Runtime.ExitError' });
  // Two of seven items are 28.6 %.
  for (const [tolerate, status] of [
    [28, 'FAILED'],
    [29, 'SUCCEEDED'],
  ] as const) {
    name += 1;
    expect((await end(strict.start({ ...INPUT, tolerate }))).status).toBe(status);
  }
});

test('a redrive runs only the children that have not succeeded', async () => {
  let isBroken = true;
  const calls: string[][] = [];
  const crash = Object.assign(new Error('gone'), { name: 'Runtime.ExitError' });
  const { start, send, mapRun } = laptop((keys) => {
    calls.push(keys);
    return isBroken && keys.includes('in/3.jpg') ? crash : {};
  });
  const execution = await end(start());
  const { arn: executionArn } = execution;
  expect(await send('DescribeExecution', { executionArn })).toMatchObject({ redriveStatus: 'REDRIVABLE' });
  isBroken = false;
  expect(await send('RedriveExecution', { executionArn })).toMatchObject({ status: 200 });
  expect((await end(execution)).status).toBe('SUCCEEDED');
  expect(calls.flat().toSorted()).toEqual([...ALL, 'in/3.jpg', 'in/4.jpg'].toSorted());
  expect(await mapRun()).toMatchObject({ redriveCount: 1, itemCounts: { succeeded: 7 } });
  expect(resultsOf(bucket).SUCCEEDED).toHaveLength(4);
  expect(await send('RedriveExecution', { executionArn })).toMatchObject({
    status: 400,
    __type: 'ExecutionNotRedrivable',
    message: 'Execution is SUCCEEDED and cannot be redriven',
  });
});

test('a redrive without the machine changes nothing', async () => {
  const { start, send, machines } = laptop(() => Object.assign(new Error('gone'), { name: 'Runtime.ExitError' }));
  const execution = await end(start());
  machines.remove(MACHINE);
  const redriven = await send('RedriveExecution', { executionArn: execution.arn });
  machines.define(MACHINE, DEFINITION);
  expect(redriven).toMatchObject({ status: 400, __type: 'StateMachineDoesNotExist' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
});

test('a stopped execution starts no child any more; what ran is written as aborted, the rest as pending', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let calls = 0;
  const { start, send, machines, mapRun } = laptop(async () => {
    calls += 1;
    if (calls === 2) await released;
    return {};
  });
  const execution = start();
  await until(() => calls === 2);
  machines.stop(execution.arn);
  await until(() => [...bucket.objects.keys()].some((key) => key.endsWith('manifest.json')));
  expect(await mapRun()).toMatchObject({ status: 'ABORTED', itemCounts: { succeeded: 2, aborted: 2, pending: 3 } });
  const { FAILED, PENDING } = resultsOf(bucket);
  expect([FAILED?.map(({ Status }) => Status), PENDING?.length]).toEqual([['ABORTED'], 2]);
  // The invocation of the aborted child ends during the redrive, and does not count for it.
  const redriven = send('RedriveExecution', { executionArn: execution.arn });
  release();
  await redriven;
  expect((await end(execution)).status).toBe('SUCCEEDED');
  expect(calls).toBe(5);
});

test('after a restart the rest of the children runs, and the one that had not ended runs again', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const calls: string[][] = [];
  invoke = async (keys) => {
    calls.push(keys);
    if (calls.length === 3) await released;
    return {};
  };
  const before = laptopOf(new Database());
  const { arn } = before.start();
  await until(() => calls.length === 3);
  before.machines.close();
  const after = laptopOf(before.database);
  expect(await end(after.machines.execution(arn))).toMatchObject({ status: 'SUCCEEDED' });
  release();
  expect(calls.slice(3)).toEqual([ALL.slice(4, 6), ALL.slice(6)]);
  expect(resultsOf(bucket).SUCCEEDED).toHaveLength(4);
  expect(await after.mapRun()).toMatchObject({ redriveCount: 0, itemCounts: { succeeded: 7 } });
});

test('values of the input out of range, and a reader that fails, fail the execution by name', async () => {
  const runs = (input: object) => {
    name += 1;
    return end(laptop(() => ({})).start({ ...INPUT, ...input }));
  };
  expect(await runs({ tolerate: 101 })).toMatchObject({ error: 'States.Runtime' });
  expect(await runs({ batch: 0 })).toMatchObject({
    error: 'States.Runtime',
    cause: 'Expected an integer of at least 1 for $.batch of Pictures, received 0',
  });
  expect(await runs({ limit: 0 })).toMatchObject({ error: 'States.Runtime' });
  expect(await runs({ prefix: undefined })).toMatchObject({ error: 'States.Runtime' });
});

test('a map without items succeeds', async () => {
  const { start, mapRun } = laptop(() => ({}));
  expect((await end(start({ ...INPUT, prefix: 'none/' }))).status).toBe('SUCCEEDED');
  expect(await mapRun()).toMatchObject({ itemCounts: { total: 0 } });
});
