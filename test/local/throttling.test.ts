/** `npm start -- --account-concurrency 1`: what is throttled while one function runs, and what comes of it. */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { att, fn, httpApi } from './fixtures/assembly.ts';
import { EmulatorProcess } from './fixtures/emulator-process.ts';

const QueueUrl = 'http://127.0.0.1/000000000000/Throttled-Queue';
const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Throttled-Machine';

let emulator: EmulatorProcess;
let lambda: LambdaClient;
let sqs: SQSClient;
let machines: SFNClient;

const machine = {
  'Fn::Join': [
    '',
    [
      '{"StartAt":"Task","States":{"Task":{"Type":"Task","End":true,"Resource":"',
      att('Polled', 'Arn'),
      '","Retry":[{"ErrorEquals":["Lambda.TooManyRequestsException"],"IntervalSeconds":5,"MaxAttempts":999}]}}}',
    ],
  ],
};

beforeAll(async () => {
  const resources = {
    Busy: fn('probe', { Timeout: 30 }),
    Called: fn('echo'),
    Polled: fn('echo'),
    Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: att('Queue', 'Arn'), FunctionName: att('Polled', 'Arn') },
    },
    Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: machine } },
    ...httpApi({ 'POST /called': att('Called', 'Arn') }),
  };
  const options = ['--account-concurrency', '1', '--speed', '200'];
  emulator = await EmulatorProcess.start([{ name: 'Throttled', resources }], options);
  lambda = new LambdaClient(emulator.client);
  sqs = new SQSClient(emulator.client);
  machines = new SFNClient(emulator.client);
});
afterAll(() => emulator?.stop());

/** Runs the function `Busy` until `release`. */
async function occupy(): Promise<{ release: () => Promise<unknown> }> {
  const { promise: called, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => resolve(response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const Payload = JSON.stringify({ act: 'call', url: `http://127.0.0.1:${port}` });
  const invoked = lambda.send(new InvokeCommand({ FunctionName: 'Throttled-Busy', Payload }));
  const response = await called;
  const release = () => {
    response.end();
    server.close();
    return invoked;
  };
  return { release };
}

async function throttles(FunctionName: string): Promise<number> {
  const Metric = {
    Namespace: 'AWS/Lambda',
    MetricName: 'Throttles',
    Dimensions: [{ Name: 'FunctionName', Value: FunctionName }],
  };
  const query = { Id: 'sum', MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
  const day = 24 * 3_600_000;
  const range = { StartTime: new Date(Date.now() - day), EndTime: new Date(Date.now() + day) };
  const command = new GetMetricDataCommand({ MetricDataQueries: [query], ...range });
  const { MetricDataResults: [result] = [] } = await new CloudWatchClient(emulator.client).send(command);
  return (result?.Values ?? []).reduce((sum, value) => sum + value, 0);
}

async function messages(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
  const { Attributes = {} } = await sqs.send(command);
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

test('a call is refused, a request gets 503, a message goes back, a task is tried again', async () => {
  const { release } = await occupy();
  const call = lambda.send(new InvokeCommand({ FunctionName: 'Throttled-Called' }));
  await expect(call).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    Reason: 'ConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  });
  const response = await fetch(`${emulator.url}/called`, { method: 'POST' });
  expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  await emulator.line(/^Throttled-Called:\$LATEST {2}throttled: a concurrency limit is reached/);
  expect(await throttles('Throttled-Called')).toBe(2);

  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  await emulator.line(/^Throttled-Polled:\$LATEST {2}throttled/);
  const { executionArn } = await machines.send(new StartExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
  for (const before = await throttles('Throttled-Polled'); (await throttles('Throttled-Polled')) < before + 3; );
  expect(await messages()).toBe(1);

  await release();
  for (let left = 1; left > 0; ) left = await messages();
  for (;;) {
    const { status, output } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING') continue;
    expect([status, output]).toEqual(['SUCCEEDED', '{"a":1}']);
    break;
  }
});
