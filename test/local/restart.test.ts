/** What the next start goes on with after a crash (`kill -9`). */

import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { GetAliasCommand, InvokeCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { alias, att, fn, httpApi, ref, type StackDescription, version } from './fixtures/assembly.ts';
import { EmulatorProcess } from './fixtures/emulator-process.ts';

const DEFINITION = JSON.stringify({
  StartAt: 'Tick',
  States: {
    Tick: {
      Type: 'Task',
      Resource: '$' + '{Task}',
      Parameters: { 'name.$': '$$.Execution.Name', 'state.$': '$' },
      Next: 'Ended?',
    },
    'Ended?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.next', StringEquals: 'wait', Next: 'Wait' }],
      Default: 'Done',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Tick' },
    Done: { Type: 'Succeed' },
  },
});

/** Two versions of a function behind `live`; the second has a release of its own in its settings. */
function stacks(release: string): StackDescription[] {
  const resources = {
    Probe: fn('probe', {}, { RELEASE: release }),
    [`Version${release}`]: { ...version('Probe'), DeletionPolicy: 'Retain' },
    Live: { ...alias('Probe', 'live', '1'), DependsOn: `Version${release}` },
    ...httpApi({ 'POST /live': ref('Live') }),
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Ticker: fn('ticker'),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: { 'Fn::Sub': [DEFINITION, { Task: att('Ticker', 'Arn') }] } },
    },
  };
  return [{ name: 'Kept', resources }];
}

const BUCKET = 'kept-bucket';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:Kept-Machine';

/** A port that is free together with the next one. */
async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 20_000); ; port += 2) {
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

let args: string[];
let emulator: EmulatorProcess;

const s3 = () => new S3Client(emulator.client);
const lambda = () => new LambdaClient(emulator.client);
const states = () => new SFNClient(emulator.client);
const sqs = () => new SQSClient(emulator.client);
const queueUrl = () => `${emulator.client.endpoint}/000000000000/Kept-Queue`;

const put = async (Key: string, Body: string) =>
  (await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))).VersionId;

async function get(Key: string, VersionId?: string): Promise<string | undefined> {
  const command = new GetObjectCommand({ Bucket: BUCKET, Key, ...(VersionId && { VersionId }) });
  return (await s3().send(command)).Body?.transformToString();
}

/** Invokes a version of the function. */
async function releaseOf(Qualifier: string): Promise<string> {
  const Payload = '{"act":"see"}';
  const answer = await lambda().send(new InvokeCommand({ FunctionName: 'Kept-Probe', Qualifier, Payload }));
  return JSON.parse(answer.Payload?.transformToString() ?? '').env.RELEASE;
}

async function ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    const described = await states().send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
  }
}

async function restart(release: string, more: readonly string[] = []): Promise<void> {
  emulator = await EmulatorProcess.start(stacks(release), [...args, ...more], emulator.folder);
}

beforeAll(async () => {
  args = ['--port', String(await freePort()), '--speed', '60'];
  emulator = await EmulatorProcess.start(stacks('A'), args);
});

afterAll(() => emulator?.stop('SIGKILL'));

test('after a crash, objects, versions, traffic, messages and executions are as before', async () => {
  emulator.deploy(stacks('B'));
  const change = { FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } } };
  await lambda().send(new UpdateAliasCommand({ FunctionName: 'Kept-Probe', Name: 'live', ...change }));
  const odd = 'x/..ä %2e?';
  const [first] = [await put(odd, 'first'), await put(odd, 'second')];
  await sqs().send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: 'waits' }));
  const input = JSON.stringify({ goal: 3, end: 'succeed' });
  const started = await states().send(new StartExecutionCommand({ stateMachineArn: MACHINE, input, name: 'counts' }));
  await emulator.crash();

  await restart('B');
  expect(emulator.output()).toMatch(/^state +\S+, from the last time; begin anew: npm start -- --fresh$/m);
  expect([await get(odd), await get(odd, first)]).toEqual(['second', 'first']);
  const live = await lambda().send(new GetAliasCommand({ FunctionName: 'Kept-Probe', Name: 'live' }));
  expect(live).toMatchObject(change);
  expect([await releaseOf('1'), await releaseOf('2')]).toEqual(['A', 'B']);
  const { Messages } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: queueUrl() }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['waits']);
  const execution = await ended(started.executionArn ?? '');
  expect(execution.status).toBe('SUCCEEDED');
  expect(JSON.parse(execution.output ?? '')).toMatchObject({ name: 'counts', count: 3 });
  expect(execution.startDate).toEqual(started.startDate);
  expect(emulator.deploy(stacks('B'))).toBe('no changes\n');
});

test('another release since the last start is a new version, and live stays', async () => {
  await emulator.crash();
  await restart('C');
  const answer = await fetch(`${emulator.url}/live`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"act":"see"}',
  });
  expect(['1', '2']).toContain(((await answer.json()) as { functionVersion: string }).functionVersion);
  expect(await releaseOf('3')).toBe('C');
});

test('a second emulator with the same state is refused', async () => {
  const second = new EmulatorProcess(stacks('C'), args, emulator.folder);
  expect(await second.ended()).toBe(1);
  expect(second.output()).toMatch(
    /^The state in \S+ is in use by another emulator. Choose another port: npm start -- --port <number>$/,
  );
});

test('a state whose code is gone is named, and --fresh begins anew', async () => {
  await put('here', 'now');
  await emulator.crash();
  rmSync(join(emulator.folder, 'assembly', 'asset.ticker'), { recursive: true });
  const broken = new EmulatorProcess([], args, emulator.folder);
  // Another assembly, because writing that of the stacks would bring the folder back.
  rmSync(join(emulator.folder, 'assembly', 'asset.ticker'), { recursive: true, force: true });
  expect(await broken.ended()).toBe(1);
  expect(broken.output()).toMatch(
    /^Kept\/Ticker cannot be brought back: .* in \S+asset.ticker is missing\. Begin anew: npm start -- --fresh$/m,
  );

  await restart('A', ['--fresh']);
  expect(emulator.output()).toMatch(/^state +\S+$/m);
  await expect(get('here')).rejects.toThrow('The specified key does not exist.');
  expect(await releaseOf('1')).toBe('A');
});
