/** S3's announcements: the topic is checked, each endpoint's queue receives its uploads, policies are enforced. */

import { EventBuses } from '../../../local/events/bus.ts';
import type { ResourcePolicy } from '../../../local/protocol/resource-policy.ts';
import { Announcements } from '../../../local/s3/announcements.ts';
import { s3Resources } from '../../../local/s3/resources.ts';
import { snsResources } from '../../../local/sns/resources.ts';
import { Topics } from '../../../local/sns/topics.ts';
import { Queues } from '../../../local/sqs/queues.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:S-Topic';
const CARS = 'arn:aws:sqs:us-east-1:000000000000:cars';
const DEAD = 'arn:aws:sqs:us-east-1:000000000000:dead';

const grant = (service: string, Action: string, Resource: string): ResourcePolicy => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action, Resource }],
});
const PUBLISH = grant('s3.amazonaws.com', 'sns:Publish', TOPIC);
const SEND = (queue: string) => grant('sns.amazonaws.com', 'sqs:SendMessage', queue);

const context = (logicalId: string, previous?: object) =>
  ({ stack: { name: 'S' }, logicalId, type: 'T', ...(previous && { previous: { properties: previous } }) }) as never;

/** The services, whose queues note what they receive. */
function services() {
  const sent: [queue: string, body: string][] = [];
  const errors: string[] = [];
  const queues = new Queues({ sendMessage: async (queue, body) => void sent.push([queue, body]) });
  const topics = new Topics(queues);
  const announcements = new Announcements({ bus: new EventBuses(queues), topics, queues }, (message) =>
    errors.push(message),
  );
  const objects = { define: async () => {} };
  const types = { ...snsResources(topics), ...s3Resources(objects as never, announcements) };
  const apply = (type: string, properties: object, previous?: object) =>
    types[`AWS::${type}`]?.apply(properties as never, context(type.split('::')[1] ?? '', previous));
  return { sent, errors, queues, topics, announcements, apply };
}

const NOTIFICATION = {
  TopicConfigurations: [
    {
      Topic: TOPIC,
      Event: 's3:ObjectCreated:*',
      Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'uploads/' }] } },
    },
  ],
};
const BUCKET = { BucketName: 'bucket', NotificationConfiguration: NOTIFICATION };
const RECEIVERS = {
  eventBridge: false,
  topic: { topicArn: TOPIC, event: 's3:ObjectCreated:*', prefix: 'uploads/', suffix: '' },
};
const SUBSCRIPTION = {
  TopicArn: TOPIC,
  Protocol: 'sqs',
  Endpoint: CARS,
  RawMessageDelivery: true,
  FilterPolicyScope: 'MessageBody',
  FilterPolicy: { Records: { s3: { bucket: { name: ['bucket'] }, object: { key: [{ prefix: 'uploads/cars/' }] } } } },
  RedrivePolicy: { deadLetterTargetArn: DEAD },
};

const created = (key: string, reason = 'PutObject') => ({
  bucket: 'bucket',
  key,
  size: 5,
  etag: 'e7',
  versionId: 'v1',
  sequencer: '0055AED6DCD90281E5',
  reason,
  at: new Date('2026-11-26T12:00:00.250Z'),
});

/** Resolves after the deliveries that have begun. */
const delivered = () => new Promise((resolve) => setImmediate(resolve));

describe('a bucket whose topic', () => {
  const message = 'Unable to validate the following destination configurations';

  test('does not exist is refused', async () => {
    await expect(services().apply('S3::Bucket', BUCKET)).rejects.toMatchObject({ code: 'InvalidArgument', message });
  });

  test.each<[string, ResourcePolicy | undefined]>([
    ['has no policy', undefined],
    ['lets another service publish', grant('events.amazonaws.com', 'sns:Publish', TOPIC)],
  ])('%s is refused', async (_what, policy) => {
    const { apply, topics } = services();
    apply('SNS::Topic', {});
    if (policy) topics.setPolicy(TOPIC, policy);
    await expect(apply('S3::Bucket', BUCKET)).rejects.toThrow(message);
  });

  test('is encrypted by KMS is not supported', async () => {
    const { apply } = services();
    apply('SNS::Topic', { KmsMasterKeyId: 'alias/aws/sns' });
    await expect(apply('S3::Bucket', BUCKET)).rejects.toThrow('Publishing to a topic with KmsMasterKeyId');
  });

  test('lets S3 publish receives a test event, once for each configuration', async () => {
    const { apply, queues, sent } = services();
    apply('SNS::Topic', {});
    apply('SNS::TopicPolicy', { PolicyDocument: PUBLISH, Topics: [TOPIC] });
    queues.setPolicy(CARS, SEND(CARS));
    const { FilterPolicy: _, FilterPolicyScope: __, ...all } = SUBSCRIPTION;
    apply('SNS::Subscription', all);
    await apply('S3::Bucket', BUCKET);
    await apply('S3::Bucket', { ...BUCKET, Tags: [] }, BUCKET);
    await delivered();
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]?.[1] ?? '')).toEqual({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Bucket: 'bucket',
      RequestId: expect.stringMatching(/^[0-9A-F]{16}$/),
      HostId: expect.any(String),
    });
  });

  test('is one of several is not supported', async () => {
    const TopicConfigurations = [...NOTIFICATION.TopicConfigurations, ...NOTIFICATION.TopicConfigurations];
    await expect(
      services().apply('S3::Bucket', { NotificationConfiguration: { TopicConfigurations } }),
    ).rejects.toThrow('A bucket with several TopicConfigurations (S/Bucket)');
  });
});

describe('queues of a bucket', () => {
  const queue = (prefix: string, more: object = {}) => ({
    Queue: CARS,
    Event: 's3:ObjectCreated:*',
    Filter: {
      S3Key: {
        Rules: [
          { Name: 'prefix', Value: prefix },
          { Name: 'suffix', Value: '.json' },
        ],
      },
    },
    ...more,
  });
  const bucketOf = (...QueueConfigurations: object[]) => ({
    BucketName: 'bucket',
    NotificationConfiguration: { QueueConfigurations },
  });
  const allowed = () => {
    const all = services();
    all.queues.setPolicy(CARS, grant('s3.amazonaws.com', 'sqs:SendMessage', CARS));
    return all;
  };

  test('that do not let S3 send are refused', async () => {
    const { apply } = services();
    const message = 'Unable to validate the following destination configurations';
    await expect(apply('S3::Bucket', bucketOf(queue('results/')))).rejects.toMatchObject({ message });
  });

  test('whose filters overlap are refused', async () => {
    const overlapping = bucketOf(queue('results/'), queue('results/cars/'));
    await expect(allowed().apply('S3::Bucket', overlapping)).rejects.toThrow('Configurations overlap.');
  });

  test('receive the objects of their prefix and suffix', async () => {
    const { apply, announcements, sent } = allowed();
    await apply('S3::Bucket', bucketOf(queue('results/'), queue('rollouts/')));
    const of = (prefix: string) => ({ queueArn: CARS, event: 's3:ObjectCreated:*', prefix, suffix: '.json' });
    const receivers = { eventBridge: false, queues: [of('results/'), of('rollouts/')] };
    for (const key of ['results/a.json', 'results/a.jpg', 'inputs/a.json', 'rollouts/b.json']) {
      await announcements.announce(created(key), receivers);
    }
    const bodies = sent.map(([, body]) => JSON.parse(body));
    expect(bodies.slice(0, 2)).toMatchObject([{ Event: 's3:TestEvent' }, { Event: 's3:TestEvent' }]);
    expect(bodies.slice(2).map(({ Records: [record] }) => record.s3.object.key)).toEqual([
      'results/a.json',
      'rollouts/b.json',
    ]);
  });
});

describe('a new object', () => {
  let all: ReturnType<typeof services>;
  beforeEach(() => {
    all = services();
    all.apply('SNS::Topic', {});
    all.topics.setPolicy(TOPIC, PUBLISH);
    all.queues.setPolicy(CARS, SEND(CARS));
    all.apply('SNS::Subscription', SUBSCRIPTION);
  });

  async function announce(...args: Parameters<typeof created>): Promise<[string, string][]> {
    all.announcements.announce(created(...args), RECEIVERS);
    await delivered();
    return all.sent;
  }

  test('reaches the queue in the format of S3', async () => {
    const [[queue, body] = ['', '{}']] = await announce("uploads/cars/a photo+ü~(1)*'.jpg");
    expect(queue).toBe(CARS);
    expect(JSON.parse(body)).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: '2026-11-26T12:00:00.250Z',
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: 'AWS:000000000000' },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: expect.any(String),
            bucket: { name: 'bucket', ownerIdentity: { principalId: '000000000000' }, arn: 'arn:aws:s3:::bucket' },
            object: {
              key: 'uploads/cars/a+photo%2B%C3%BC%7E%281%29*%27.jpg',
              size: 5,
              eTag: 'e7',
              versionId: 'v1',
              sequencer: '0055AED6DCD90281E5',
            },
          },
        },
      ],
    });
  });

  test.each(['uploads/apples/a.jpg', 'results/cars/a.json', 'uploads/cars'])(
    'with the key %s is filtered',
    async (key) => {
      expect(await announce(key)).toEqual([]);
      expect(all.errors).toEqual([]);
    },
  );

  test('of a kind that the configuration does not name is not announced', async () => {
    const topic = { ...RECEIVERS.topic, event: 's3:ObjectCreated:Copy' };
    all.announcements.announce(created('uploads/cars/a'), { ...RECEIVERS, topic });
    all.announcements.announce(created('uploads/cars/b', 'CopyObject'), { ...RECEIVERS, topic });
    await delivered();
    expect(all.sent.map(([, body]) => JSON.parse(body).Records[0].s3.object.key)).toEqual(['uploads/cars/b']);
  });

  test('goes to the dead-letter queue where the policy of the queue does not let the topic send', async () => {
    all.queues.removePolicy(CARS);
    all.queues.setPolicy(DEAD, SEND(DEAD));
    expect((await announce('uploads/cars/a.jpg')).map(([queue]) => queue)).toEqual([DEAD]);
  });

  test('is lost, with a message, where neither policy does', async () => {
    all.queues.removePolicy(CARS);
    expect(await announce('uploads/cars/a.jpg')).toEqual([]);
    expect(all.errors).toEqual([
      `topics: DeliveryError: The policy of ${DEAD} does not let sns.amazonaws.com send for ${TOPIC}.`,
    ]);
  });

  test('is lost, with a message, where the topic no longer lets S3 publish', async () => {
    all.topics.removePolicy(TOPIC);
    expect(await announce('uploads/cars/a.jpg')).toEqual([]);
    expect(all.errors).toEqual([
      `topics: Error: The topic ${TOPIC} does not exist or does not let s3.amazonaws.com publish.`,
    ]);
  });

  test('reaches no queue after the topic was removed and made again', async () => {
    all.topics.remove(TOPIC);
    all.apply('SNS::Topic', {});
    all.topics.setPolicy(TOPIC, PUBLISH);
    expect(await announce('uploads/cars/a.jpg')).toEqual([]);
  });
});

test.each<[string, object, string]>([
  ['in an envelope', { RawMessageDelivery: undefined }, 'A subscription without RawMessageDelivery (S/Subscription)'],
  ['that filters attributes', { FilterPolicyScope: undefined }, 'A FilterPolicy without FilterPolicyScope'],
  ['with another operator', { FilterPolicy: { Records: { a: [{ suffix: 'x' }] } } }, 'The SNS operator suffix'],
  ['to no topic', { TopicArn: `${TOPIC}-2` }, `Expected an existing topic for TopicArn, received ${TOPIC}-2`],
])('a subscription %s is refused', (_what, change, message) => {
  const { apply } = services();
  apply('SNS::Topic', {});
  expect(() => apply('SNS::Subscription', { ...SUBSCRIPTION, ...change })).toThrow(message);
});

test('a subscription by e-mail is accepted, because only alarms use it', () => {
  const { apply } = services();
  apply('SNS::Topic', {});
  expect(() => apply('SNS::Subscription', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'a@b' })).not.toThrow();
});
