/** Uploads: bucket → topic → queue → function, with retries and dead letters; and by EventBridge, the way before. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { alias, att, fn, ref, version } from './fixtures/assembly.ts';
import { EmulatorProcess } from './fixtures/emulator-process.ts';

const Bucket = 'uploads-bucket';
const QUEUES = 'http://127.0.0.1/000000000000';

interface S3Record {
  readonly eventName: string;
  readonly s3: { readonly object: { readonly key: string } };
}

/** The function's report of one message. */
interface Report {
  readonly messageId: string;
  readonly receives: number;
  /** Of S3, with one record. */
  readonly event: { readonly Records: readonly S3Record[] };
}

/** Receives the function's reports, and lets tests wait for them. */
class Listener {
  readonly batches: Report[][] = [];
  private readonly server: Server;
  private readonly waiting = new Set<() => void>();

  constructor() {
    this.server = createServer(async (request, response) => {
      this.batches.push(JSON.parse(await text(request)));
      response.end();
      for (const look of this.waiting) look();
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  about(key: string): Report[] {
    return this.batches.flat().filter(({ event }) => keyOf(event) === key);
  }

  /** Resolves after `times` reports about a key. */
  reported(key: string, times = 1): Promise<Report[]> {
    return new Promise((resolve) => {
      const look = () => {
        const reports = this.about(key);
        if (reports.length < times) return;
        this.waiting.delete(look);
        resolve(reports);
      };
      this.waiting.add(look);
      look();
    });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function keyOf({ Records: [record] }: Report['event']): string {
  return decodeURIComponent((record?.s3.object.key ?? '').replaceAll('+', ' '));
}

/** Lets a service send to a queue for the topic or rule. */
function queuePolicy(queue: string, service: string, sourceArn: object): object {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: att(queue, 'Arn'),
    Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
  };
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [ref(queue)], PolicyDocument: { Statement: [statement] } },
  };
}

const listener = new Listener();
let emulator: EmulatorProcess;
let s3: S3Client;
let sqs: SQSClient;

beforeAll(async () => {
  const bridged = {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [ref('Bucket')] }, object: { key: [{ prefix: 'bridged/' }] } },
  };
  const s3MayPublish = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: ref('Topic'),
    Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
  };
  const uploads = { Name: 'prefix', Value: 'uploads/' };
  const resources = {
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [ref('Topic')], PolicyDocument: { Statement: [s3MayPublish] } },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      DependsOn: 'TopicPolicy',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        NotificationConfiguration: {
          EventBridgeConfiguration: {},
          TopicConfigurations: [
            { Topic: ref('Topic'), Event: 's3:ObjectCreated:*', Filter: { S3Key: { Rules: [uploads] } } },
          ],
        },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: att('Dead', 'Arn'), maxReceiveCount: 3 },
      },
    },
    QueuePolicy: queuePolicy('Queue', 'sns.amazonaws.com', ref('Topic')),
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: ref('Topic'),
        Protocol: 'sqs',
        Endpoint: att('Queue', 'Arn'),
        RawMessageDelivery: true,
        FilterPolicyScope: 'MessageBody',
        FilterPolicy: { Records: { s3: { bucket: { name: [ref('Bucket')] } } } },
      },
    },
    Bridged: { Type: 'AWS::SQS::Queue', Properties: {} },
    BridgedPolicy: queuePolicy('Bridged', 'events.amazonaws.com', att('Rule', 'Arn')),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: bridged, Targets: [{ Arn: att('Bridged', 'Arn'), Id: 'a' }] },
    },
    Intake: fn('intake', {}, { LISTENER: await listener.start() }),
    Version: version('Intake'),
    Live: { ...alias('Intake', 'live', '1'), DependsOn: 'Version' },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: att('Queue', 'Arn'),
        FunctionName: ref('Live'),
        BatchSize: 5,
        MaximumBatchingWindowInSeconds: 60,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  };
  // A minute takes 0.3 s.
  emulator = await EmulatorProcess.start([{ name: 'Uploads', resources }], ['--speed', '200']);
  s3 = new S3Client(emulator.client);
  sqs = new SQSClient(emulator.client);
});

afterAll(async () => {
  await emulator?.stop();
  listener.stop();
});

const put = (Key: string, Body = 'x') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

/** Resolves when a queue is empty, and no message of it is in flight. */
async function drained(queue: string): Promise<void> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  for (;;) {
    const command = new GetQueueAttributesCommand({
      QueueUrl: `${QUEUES}/${queue}`,
      AttributeNames: [...AttributeNames],
    });
    const { Attributes } = await sqs.send(command);
    if (AttributeNames.every((name) => Attributes?.[name] === '0')) return;
  }
}

/** The next message of a queue; waits for one. */
async function messageOf(queue: string) {
  const command = new ReceiveMessageCommand({ QueueUrl: `${QUEUES}/${queue}`, WaitTimeSeconds: 20 });
  const { Messages: [message] = [] } = await sqs.send(command);
  return JSON.parse(message?.Body ?? '{"Records":[]}');
}

/** The object of the next dead letter; waits for one. */
const deadLetter = async () => keyOf(await messageOf('Uploads-Dead'));

test('a new object reaches the function once, as S3 announces it', async () => {
  const { VersionId, ETag } = await put('uploads/a photo+ü.jpg', 'bytes');
  const [report] = await listener.reported('uploads/a photo+ü.jpg');
  expect(report?.event.Records).toMatchObject([
    {
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: Bucket },
        object: {
          key: 'uploads/a+photo%2B%C3%BC.jpg',
          size: 5,
          eTag: ETag?.replaceAll('"', ''),
          versionId: VersionId,
          sequencer: expect.stringMatching(/^[0-9A-F]{16}/),
        },
      },
    },
  ]);
  await drained('Uploads-Queue');
  expect(listener.about('uploads/a photo+ü.jpg')).toHaveLength(1);
});

test('a new object reaches the queue of a rule, as the event of EventBridge', async () => {
  const { VersionId, ETag } = await put('bridged/a photo+ü.jpg', 'bytes');
  expect(await messageOf('Uploads-Bridged')).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${Bucket}`],
    detail: {
      version: '0',
      bucket: { name: Bucket },
      object: {
        key: 'bridged/a photo+ü.jpg',
        size: 5,
        etag: ETag?.replaceAll('"', ''),
        'version-id': VersionId,
        sequencer: expect.stringMatching(/^[0-9A-F]{16}/),
      },
      'request-id': expect.any(String),
      requester: '000000000000',
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  });
});

test('each way of writing an object is one event', async () => {
  await s3.send(
    new CopyObjectCommand({ Bucket, Key: 'uploads/copy', CopySource: `${Bucket}/uploads/a%20photo%2B%C3%BC.jpg` }),
  );
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'uploads/parts' }));
  const { ETag } = await s3.send(
    new UploadPartCommand({ Bucket, Key: 'uploads/parts', UploadId, PartNumber: 1, Body: 'part' }),
  );
  const Parts = [{ PartNumber: 1, ETag }];
  await s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key: 'uploads/parts', UploadId, MultipartUpload: { Parts } }),
  );
  const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'uploads/form', Expires: 60 });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['bytes']));
  await fetch(url, { method: 'POST', body: form });
  const reports = await Promise.all(
    ['uploads/copy', 'uploads/parts', 'uploads/form'].map((key) => listener.reported(key)),
  );
  expect(reports.flat().map(({ event }) => event.Records[0]?.eventName)).toEqual([
    'ObjectCreated:Copy',
    'ObjectCreated:CompleteMultipartUpload',
    'ObjectCreated:Post',
  ]);
});

test('other keys, rejected writes and deletions are no events', async () => {
  await put('results/1.json');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'uploads/copy' }));
  await expect(
    s3.send(new PutObjectCommand({ Bucket, Key: 'uploads/rejected', Body: 'x', IfMatch: '"0"' })),
  ).rejects.toBeDefined();
  await put('uploads/afterwards');
  await listener.reported('uploads/afterwards');
  expect(listener.about('results/1.json')).toEqual([]);
  expect(listener.about('uploads/rejected')).toEqual([]);
  expect(listener.about('uploads/copy')).toHaveLength(1);
});

test('concurrent uploads arrive in batches up to the size of the mapping', async () => {
  const keys = Array.from({ length: 12 }, (_, i) => `uploads/many-${i}`);
  await Promise.all(keys.map((key) => put(key)));
  await Promise.all(keys.map((key) => listener.reported(key)));
  const sizes = listener.batches.map(({ length }) => length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
  expect(Math.max(...sizes)).toBeGreaterThan(1);
});

test('only failed messages of a batch return, until they are dead letters', async () => {
  await Promise.all([put('uploads/good-1'), put('uploads/bad-1'), put('uploads/good-2')]);
  const reports = await listener.reported('uploads/bad-1', 3);
  expect(reports.map(({ receives }) => receives)).toEqual([1, 2, 3]);
  expect(await deadLetter()).toBe('uploads/bad-1');
  for (const key of ['uploads/good-1', 'uploads/good-2']) expect(listener.about(key)).toHaveLength(1);
});

test('a failed invocation returns its whole batch, until it is dead letters', async () => {
  await put('uploads/fatal-1');
  await listener.reported('uploads/fatal-1', 3);
  expect(await deadLetter()).toBe('uploads/fatal-1');
});

test('a message whose process is killed returns', async () => {
  await put('uploads/kill-1');
  const reports = await listener.reported('uploads/kill-1', 2);
  expect(reports.map(({ receives }) => receives)).toEqual([1, 2]);
  await drained('Uploads-Queue');
});
