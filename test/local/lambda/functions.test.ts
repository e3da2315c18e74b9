/** Processes of functions: start, reuse, failures, limits, logs, as on Lambda. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { fn, ref } from '../fixtures/assembly.ts';
import { EmulatorProcess, isRunning } from '../fixtures/emulator-process.ts';

const NAME = 'Functions-';

let emulator: EmulatorProcess;
let lambda: LambdaClient;

beforeAll(async () => {
  const layer = {
    Type: 'AWS::Lambda::LayerVersion',
    Properties: { Content: { S3Bucket: 'assets', S3Key: 'layer.zip' } },
  };
  const resources = {
    Layer: layer,
    Probe: fn('probe', { Layers: [ref('Layer')] }, { OWN: 'yes', AWS_REGION: 'mars' }),
    Brief: fn('probe', { Timeout: 1 }),
    Broken: fn('probe', {}, { FAIL_AT_LOAD: 'yes' }),
    Gone: fn('probe', {}, { EXIT_AT_LOAD: 'yes' }),
    Small: fn('probe', { MemorySize: 128 }),
    Busy: fn('probe', { Timeout: 30 }),
    Closed: fn('probe', { ReservedConcurrentExecutions: 0 }),
  };
  emulator = await EmulatorProcess.start([{ name: 'Functions', resources }], ['--concurrency', '2', '--speed', '1000']);
  lambda = new LambdaClient(emulator.client);
});

afterAll(() => emulator?.stop());

const invoke = (name: string, event: object, options: object = {}) =>
  lambda.send(new InvokeCommand({ FunctionName: NAME + name, Payload: JSON.stringify(event), ...options }));

const answer = ({ Payload }: InvokeCommandOutput) => JSON.parse(Payload?.transformToString() ?? '');

const see = async (name: string) => answer(await invoke(name, { act: 'see' }));

test('a process handles one invocation after another', async () => {
  const first = await see('Probe');
  const second = await see('Probe');
  expect(second).toMatchObject({ pid: first.pid, invocation: first.invocation + 1 });
});

test('concurrent invocations have a process each', async () => {
  const { port, close, arrived } = await rendezvous(2);
  const event = { act: 'call', url: `http://127.0.0.1:${port}` };
  const both = Promise.all([invoke('Busy', event), invoke('Busy', event)]);
  await arrived;
  expect((await both).map(answer)).toEqual([200, 200]);
  close();
});

test('the context and the environment are those of Lambda', async () => {
  const seen = await see('Probe');
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:Functions-Probe';
  expect(seen).toMatchObject({
    functionName: 'Functions-Probe',
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/Functions-Probe',
  });
  expect(seen.remaining).toBeGreaterThan(0);
  expect(seen.remaining).toBeLessThanOrEqual(10_000);
  expect(seen.env).toMatchObject({
    OWN: 'yes',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'Functions-Probe',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ACCESS_KEY_ID: 'laptop',
    AWS_ENDPOINT_URL: emulator.client.endpoint,
    AUTHORIZERS_DISABLED: 'true',
    LAMBDA_TASK_ROOT: seen.cwd,
    TZ: 'UTC',
    _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
  });
});

test("nothing of the user's own environment reaches a function", async () => {
  const { env } = await see('Probe');
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['USERS_OWN']));
  expect(env).not.toHaveProperty('AWS_PROFILE');
  expect(env).not.toHaveProperty('HOME');
});

test('modules come from the layer, and not from folders above the code', async () => {
  expect(answer(await invoke('Probe', { act: 'layered' }))).toBe('from the layer');
  expect(answer(await invoke('Probe', { act: 'unlayered' })).errorMessage).toMatch(/^Cannot find module 'zod'/);
});

test('a handler that throws is an error of the function, and its process stays', async () => {
  const { pid } = await see('Probe');
  const failed = await invoke('Probe', { act: 'throw', message: 'out of cars' });
  expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
  expect(answer(failed)).toMatchObject({
    errorType: 'RangeError',
    errorMessage: 'out of cars',
    trace: expect.any(Array),
  });
  expect((await see('Probe')).pid).toBe(pid);
});

test.each([
  ['exit', { status: 3 }, 'Runtime exited with error: exit status 3'],
  ['exit', { status: 0 }, 'Runtime exited without providing a reason'],
  ['die', {}, 'Runtime exited with error: signal: SIGTERM'],
])('a process that ends during an event (%s %j) fails it, and the next one is served', async (act, more, message) => {
  const { pid } = await see('Probe');
  const failed = await invoke('Probe', { act, ...more });
  expect(failed.FunctionError).toBe('Unhandled');
  expect(answer(failed)).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining(message),
  });
  expect((await see('Probe')).pid).not.toBe(pid);
});

test('a process that is killed fails its own invocation only, and counts as one error', async () => {
  const before = await errorsOf('Busy');
  const { port, close, arrived } = await rendezvous(2);
  const event = { act: 'call', url: `http://127.0.0.1:${port}` };
  const first = invoke('Busy', event);
  expect((await invoke('Busy', { act: 'die' })).FunctionError).toBe('Unhandled');
  const second = invoke('Busy', event);
  await arrived;
  expect((await Promise.all([first, second])).map(answer)).toEqual([200, 200]);
  expect((await errorsOf('Busy')) - before).toBe(1);
  close();
});

test('an unhandled rejection fails its event', async () => {
  const failed = await invoke('Probe', { act: 'stray' });
  expect(answer(failed)).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'not handled',
  });
});

test.each(['hang', 'spin'])(
  'a function that does not end (%s) is ended at its timeout, and the next one is served',
  async (act) => {
    const failed = await invoke('Brief', { act });
    expect(failed.FunctionError).toBe('Unhandled');
    expect(answer(failed).errorMessage).toContain('Task timed out after 1.00 seconds');
    expect((await see('Brief')).functionName).toBe('Functions-Brief');
  },
);

test('code that cannot be loaded is an error of each invocation', async () => {
  const failed = await invoke('Broken', {});
  expect(failed.FunctionError).toBe('Unhandled');
  expect(answer(failed)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no model here' });
  expect(answer(await invoke('Gone', {})).errorMessage).toContain('exit status 7');
});

test('a process that exceeds its memory is killed', async () => {
  const failed = await invoke('Small', { act: 'grow', megabytes: 200 });
  expect(answer(failed)).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  expect((await see('Small')).functionName).toBe('Functions-Small');
});

test('a response may have 6 MB, and no more', async () => {
  const limit = 6 * 1024 * 1024 + 100;
  expect(answer(await invoke('Probe', { act: 'large', bytes: limit }))).toHaveLength(limit - 2);
  const failed = await invoke('Probe', { act: 'large', bytes: limit + 1 });
  expect(answer(failed).errorType).toBe('Function.ResponseSizeTooLarge');
});

test('an event may have 6 MB, and no more', async () => {
  const event = (bytes: number) => ({
    act: 'nothing',
    fill: 'x'.repeat(bytes - JSON.stringify({ act: 'nothing', fill: '' }).length),
  });
  const limit = 6 * 1024 * 1024;
  expect(answer(await invoke('Probe', event(limit)))).toBeNull();
  await expect(invoke('Probe', event(limit + 1))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
});

test('a function without reserved concurrency is throttled', async () => {
  await expect(invoke('Closed', {})).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    $metadata: { httpStatusCode: 429 },
  });
  await emulator.line(/^Functions-Closed:\$LATEST {2}throttled/);
});

test('an event that is not JSON is rejected', async () => {
  await expect(invoke('Probe', {}, { Payload: '{"act":' })).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
  });
});

test('an unknown function or qualifier is an error with its ARN', async () => {
  const message = 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:Functions-Nobody';
  await expect(invoke('Nobody', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException', message });
  await expect(invoke('Probe', {}, { Qualifier: '7' })).rejects.toMatchObject({
    message: expect.stringMatching(/Probe:7$/),
  });
});

test.each(['Event', 'DryRun'])('the invocation type %s is rejected by its name', async (InvocationType) => {
  await expect(invoke('Probe', { act: 'see' }, { InvocationType })).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining(`The invocation type ${InvocationType} (Lambda API) is not supported`),
  });
});

test('errors of a function are shown, whole lines are in its log', async () => {
  await invoke('Probe', { act: 'write', lines: ['something is odd', '{"level":"INFO","message":"fine"}'] });
  expect(await emulator.line(/something is odd/)).toBe('Functions-Probe:$LATEST  something is odd');
  expect(emulator.output()).not.toContain('fine');
});

test('when a function ends, its child processes end too', async () => {
  const { pid } = answer(await invoke('Brief', { act: 'grandchild' }));
  expect(isRunning(pid)).toBe(true);
  await invoke('Brief', { act: 'spin' });
  await see('Brief');
  expect(isRunning(pid)).toBe(false);
});

/** The sum of Lambda's metric `Errors` of a function. */
async function errorsOf(name: string): Promise<number> {
  const Dimensions = [{ Name: 'FunctionName', Value: NAME + name }];
  const MetricStat = { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions }, Period: 60, Stat: 'Sum' };
  // The emulator's clock is ahead of this one.
  const range = { StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 30 * 24 * 3_600_000) };
  const command = new GetMetricDataCommand({ MetricDataQueries: [{ Id: 'sum', MetricStat }], ...range });
  const { MetricDataResults: [result] = [] } = await new CloudWatchClient(emulator.client).send(command);
  return (result?.Values ?? []).reduce((sum, value) => sum + value, 0);
}

/** A server that responds only when it has `count` requests at the same time. */
async function rendezvous(count: number): Promise<{ port: number; arrived: Promise<void>; close: () => void }> {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const waiting: (() => void)[] = [];
  const server = createServer((_request, response) => {
    waiting.push(() => response.end());
    if (waiting.length < count) return;
    for (const respond of waiting) respond();
    resolve();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, arrived, close: () => server.close() };
}
