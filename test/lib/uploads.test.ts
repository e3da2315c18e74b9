/** The way of uploads: from the bucket to the topic, to the queue of each endpoint, to its function. */

import { deployment } from '../../lib/endpoints.ts';
import { UPLOAD_EVENTS } from '../../lib/storage.ts';
import { ONE_ENDPOINT, STACKS, type Synthesis, synthesize } from './synthesis.ts';

let shipped: Synthesis;
beforeAll(() => {
  shipped = synthesize(deployment);
}, 120_000);

const topic = () => shipped.resource('Platform', 'AWS::SNS::Topic', /^StorageUploads/);
const topicPolicy = () => shipped.resource('Platform', 'AWS::SNS::TopicPolicy', /^StorageUploads/);

test('S3 announces objects below uploads/, and nothing else, to a topic without a key of KMS', () => {
  const { Properties } = shipped.resource('Platform', 'AWS::S3::Bucket', /StorageBucket/);
  expect(Properties.NotificationConfiguration.TopicConfigurations).toEqual([
    {
      Event: 's3:ObjectCreated:*',
      Topic: { Ref: topic().id },
      Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'uploads/' }] } },
    },
  ]);
  expect(Object.keys(topic().Properties)).toEqual(['Tags']);
});

test('the topic lets S3 publish for buckets of this account, and nobody without TLS; the bucket waits for it', () => {
  const { id, Properties } = topicPolicy();
  expect(Properties.Topics).toEqual([{ Ref: topic().id }]);
  const bucketArn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] };
  expect(Properties.PolicyDocument.Statement).toEqual([
    {
      Sid: 'AllowPublishThroughSSLOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: { Ref: topic().id },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Sid: 'AllowS3ToAnnounceUploads',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: { Ref: topic().id },
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': bucketArn },
      },
    },
  ]);
  expect(shipped.resource('Platform', 'AWS::S3::Bucket', /StorageBucket/).DependsOn).toContain(id);
});

test.each(STACKS)('%s: the queue receives uploads of the endpoint, as S3 writes them', (stack, name) => {
  const { Properties } = shipped.resource(stack, 'AWS::SNS::Subscription');
  expect(Properties).toEqual({
    TopicArn: fromPlatform(topic().id),
    Protocol: 'sqs',
    Endpoint: { 'Fn::GetAtt': [queue(stack).id, 'Arn'] },
    RawMessageDelivery: true,
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: {
      Records: {
        s3: {
          bucket: { name: [fromPlatform(shipped.resource('Platform', 'AWS::S3::Bucket', /StorageBucket/).id)] },
          object: { key: [{ prefix: `uploads/${name}/` }] },
        },
      },
    },
    RedrivePolicy: {
      deadLetterTargetArn: { 'Fn::GetAtt': [shipped.resource(stack, 'AWS::SQS::Queue', /DeadLetters/).id, 'Arn'] },
    },
  });
});

test.each(STACKS)('%s: only the topic may send to the queue and its dead letters', (stack) => {
  for (const { id, Properties } of shipped.resources(stack, 'AWS::SQS::QueuePolicy')) {
    const [queueId] = Properties.Queues.map(({ Ref }: { Ref: string }) => Ref);
    const allowed = Properties.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': fromPlatform(topic().id) } },
      },
    ]);
    const { DependsOn } = shipped.resource(stack, 'AWS::SNS::Subscription');
    if (queueId === queue(stack).id) expect(DependsOn).toContain(id);
  }
});

test('a deployment that was made with EventBridge moves to the topic in steps', () => {
  const ways = UPLOAD_EVENTS.map((uploadEvents) => {
    const synthesis = synthesize(ONE_ENDPOINT, { uploadEvents });
    const { NotificationConfiguration } = synthesis.resource('Platform', 'AWS::S3::Bucket', /StorageBucket/).Properties;
    return {
      announced: Object.keys(NotificationConfiguration).toSorted(),
      received: ['AWS::Events::Rule', 'AWS::SNS::Subscription'].filter(
        (type) => synthesis.resources('CountCars', type).length > 0,
      ),
    };
  });
  const both = ['EventBridgeConfiguration', 'TopicConfigurations'];
  expect(ways).toEqual([
    { announced: both, received: ['AWS::Events::Rule'] },
    { announced: both, received: ['AWS::Events::Rule', 'AWS::SNS::Subscription'] },
    { announced: ['TopicConfigurations'], received: ['AWS::SNS::Subscription'] },
  ]);
});

test.each(STACKS)('%s: a message is hidden for six timeouts and delivered five times at most', (stack) => {
  const { Properties } = queue(stack);
  expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * 29);
  expect(Properties.RedrivePolicy).toEqual({
    deadLetterTargetArn: { 'Fn::GetAtt': [shipped.resource(stack, 'AWS::SQS::Queue', /DeadLetters/).id, 'Arn'] },
    maxReceiveCount: 5,
  });
});

test.each(STACKS)('%s: queues are encrypted and allow TLS only', (stack) => {
  for (const { Properties } of shipped.resources(stack, 'AWS::SQS::Queue'))
    expect(Properties.SqsManagedSseEnabled).toBe(true);
  const policies = shipped.resources(stack, 'AWS::SQS::QueuePolicy');
  expect(policies).toHaveLength(2);
  for (const { Properties } of policies) {
    expect(JSON.stringify(Properties)).toContain('{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
  }
});

test.each(STACKS)('%s: the live alias receives one upload at a time and reports its failure', (stack) => {
  const { Properties } = shipped.resource(stack, 'AWS::Lambda::EventSourceMapping');
  expect(Properties).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  expect(Properties.FunctionName['Fn::Join'][1].at(-1)).toBe(':live');
  expect(JSON.stringify(Properties.FunctionName)).toContain(shipped.resource(stack, 'AWS::Lambda::Alias', /Live/).id);
});

const queue = (stack: string) => shipped.resource(stack, 'AWS::SQS::Queue', /Uploads/);

/** A reference to a resource of the stack `Platform` from another stack. */
function fromPlatform(id: string): object {
  return { 'Fn::GetStackOutput': expect.objectContaining({ OutputName: expect.stringContaining(id) }) };
}
