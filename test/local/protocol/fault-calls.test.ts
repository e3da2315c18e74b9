/** `npm start -- --fault`: AWS's own clients receive the error of each service, and retry it. */

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, ListFunctionsCommand, ListTagsCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectsCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { fn } from '../fixtures/assembly.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const FAULTS = [
  's3.PutObject:503:1',
  's3.DeleteObjects:500:1',
  'sqs.SendMessage:400:1',
  'lambda.Invoke:429:1',
  'lambda.ListTags:500:1',
  'cloudwatch:500:1',
  'states:400:1',
  'cloudformation:503:1',
];
const Bucket = 'faulty-bucket';
const FunctionName = 'Faulty-Probe';
const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:Faulty-Probe';

let emulator: EmulatorProcess;

beforeAll(async () => {
  const resources = { Probe: fn('probe'), Bucket: { Type: 'AWS::S3::Bucket', Properties: {} } };
  emulator = await EmulatorProcess.start(
    [{ name: 'Faulty', resources }],
    FAULTS.flatMap((fault) => ['--fault', fault]),
  );
});
afterAll(() => emulator?.stop());

/** Name and status of the error of a call, and how often the client tried, which it may twice. */
async function errorOf(call: (settings: EmulatorProcess['client']) => Promise<unknown>) {
  const error = await call({ ...emulator.client, maxAttempts: 2 }).then(
    () => undefined,
    (thrown) => thrown,
  );
  return error && [error.name, error.$metadata.httpStatusCode, error.$metadata.attempts];
}

const now = new Date();
const metrics = { MetricDataQueries: [], StartTime: new Date(now.getTime() - 60_000), EndTime: now };
const key = { Bucket, Key: 'a' };

type Call = (settings: EmulatorProcess['client']) => Promise<unknown>;

const FAILING: readonly [string, Call, readonly [name: string, status: number]][] = [
  ['s3.PutObject', (s) => new S3Client(s).send(new PutObjectCommand({ ...key, Body: 'x' })), ['SlowDown', 503]],
  [
    's3.DeleteObjects',
    (s) => new S3Client(s).send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } })),
    ['InternalError', 500],
  ],
  [
    'sqs.SendMessage',
    (s) => new SQSClient(s).send(new SendMessageCommand({ QueueUrl: `${s.endpoint}/0/q`, MessageBody: 'x' })),
    ['RequestThrottled', 400],
  ],
  [
    'lambda.Invoke',
    (s) => new LambdaClient(s).send(new InvokeCommand({ FunctionName })),
    ['TooManyRequestsException', 429],
  ],
  ['lambda.ListTags', (s) => new LambdaClient(s).send(new ListTagsCommand({ Resource })), ['ServiceException', 500]],
  ['cloudwatch', (s) => new CloudWatchClient(s).send(new GetMetricDataCommand(metrics)), ['InternalFailure', 500]],
  [
    'states',
    (s) => new SFNClient(s).send(new ListExecutionsCommand({ stateMachineArn: 'arn:none' })),
    ['ThrottlingException', 400],
  ],
  [
    'cloudformation',
    (s) => new CloudFormationClient(s).send(new DescribeStacksCommand({})),
    ['ServiceUnavailable', 503],
  ],
];

test.each(FAILING)('%s fails with its own error, which clients retry', async (_, call, expected) => {
  expect(await errorOf(call)).toEqual([...expected, 2]);
});

test('other operations of these services do not fail', async () => {
  const { client } = emulator;
  expect(await errorOf(() => new S3Client(client).send(new ListBucketsCommand({})))).toBeUndefined();
  expect(await errorOf(() => new SQSClient(client).send(new ListQueuesCommand({})))).toBeUndefined();
  expect(await errorOf(() => new LambdaClient(client).send(new ListFunctionsCommand({})))).toBeUndefined();
});

test('the emulator shows its faults', () => {
  expect(emulator.output()).toContain(`faults: ${FAULTS.join(' ')}`);
});
