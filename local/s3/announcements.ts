/** Event notifications of buckets: to a topic and to queues in S3's own format, and to EventBridge. */

import type { EventBuses } from '../events/bus.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { Topics } from '../sns/topics.ts';
import type { Queues } from '../sqs/queues.ts';
import { hostId, KINDS, type ObjectCreated, objectCreatedEvent, recordsOf, requestId } from './object-created.ts';

/** Which new objects S3 announces. */
export interface AnnouncedObjects {
  /** `s3:ObjectCreated:*` or one of its kinds. */
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Which new objects S3 announces to a topic. */
export interface TopicConfiguration extends AnnouncedObjects {
  readonly topicArn: string;
}

/** Which new objects S3 announces to a queue. */
export interface QueueConfiguration extends AnnouncedObjects {
  readonly queueArn: string;
}

/** The receivers of a bucket's events. */
export interface Receivers {
  readonly eventBridge: boolean;
  readonly topic?: TopicConfiguration;
  readonly queues?: readonly QueueConfiguration[];
}

/** The supported values of `Event`. */
export const EVENTS = ['*', ...Object.values(KINDS)].map((kind) => `s3:ObjectCreated:${kind}`);

export class Announcements {
  private readonly bus: EventBuses;
  private readonly topics: Topics;
  private readonly queues: Queues;
  private readonly onError: (message: string) => void;

  constructor(
    { bus, topics, queues }: { bus: EventBuses; topics: Topics; queues: Queues },
    onError: (message: string) => void,
  ) {
    this.bus = bus;
    this.topics = topics;
    this.queues = queues;
    this.onError = onError;
  }

  /**
   * Checks the topic and the queues of a bucket as S3 does: they must exist and let S3 publish, and no object may be
   * announced by two of them.
   * @throws AwsError InvalidArgument
   */
  check(bucket: string, { topic, queues = [] }: Receivers): void {
    const refused = [
      ...(topic && !this.topics.accepts(topic.topicArn, publisher(bucket)) ? [topic.topicArn] : []),
      ...queues.flatMap(({ queueArn }) => (this.queues.accepts(queueArn, publisher(bucket)) ? [] : [queueArn])),
    ];
    const message = 'Unable to validate the following destination configurations';
    if (refused[0] !== undefined) throw new AwsError('InvalidArgument', 400, message, { ArgumentName: refused[0] });
    checkOverlaps([...(topic ? [topic] : []), ...queues]);
  }

  /** Sends the test event of a new configuration. */
  announceTest(bucket: string, { topic, queues = [] }: Receivers): void {
    const Time = new Date().toISOString();
    const ids = { RequestId: requestId(), HostId: hostId() };
    const event = { Service: 'Amazon S3', Event: 's3:TestEvent', Time, Bucket: bucket, ...ids };
    if (topic) this.publish(topic.topicArn, event, bucket);
    for (const { queueArn } of queues) this.send(queueArn, event, bucket);
  }

  /**
   * Announces a new object. Resolves when the queues have stored the announcement, so that an upload which was accepted
   * before a crash is announced.
   */
  async announce(created: ObjectCreated, { eventBridge, topic, queues = [] }: Receivers): Promise<void> {
    const sent = eventBridge && this.bus.put(objectCreatedEvent(created)).catch((e) => this.onError(`events: ${e}`));
    if (topic && isAnnounced(created, topic)) await this.publish(topic.topicArn, recordsOf(created), created.bucket);
    const announced = queues.filter((queue) => isAnnounced(created, queue));
    await Promise.all(announced.map(({ queueArn }) => this.send(queueArn, recordsOf(created), created.bucket)));
    await sent;
  }

  private publish(topicArn: string, event: object, bucket: string): Promise<void> {
    return this.topics
      .publish(topicArn, JSON.stringify(event), publisher(bucket))
      .catch((error) => this.onError(`topics: ${error}`));
  }

  private send(queueArn: string, event: object, bucket: string): Promise<void> {
    return this.queues
      .deliver({ queueArn }, JSON.stringify(event), publisher(bucket))
      .catch((error) => this.onError(`queues: ${error}`));
  }
}

const publisher = (bucket: string) => ({ service: 's3.amazonaws.com', sourceArn: `arn:aws:s3:::${bucket}` });

function isAnnounced({ key, reason }: ObjectCreated, { event, prefix, suffix }: AnnouncedObjects): boolean {
  const matches = event.endsWith(':*') || event.endsWith(`:${KINDS[reason]}`);
  return matches && key.startsWith(prefix) && key.endsWith(suffix);
}

/** Prefixes overlap where one begins with the other, and suffixes where one ends with the other. */
function checkOverlaps(all: readonly AnnouncedObjects[]): void {
  const overlap = (a: AnnouncedObjects, b: AnnouncedObjects) =>
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));
  const isRepeated = all.some((one, index) => all.slice(index + 1).some((other) => overlap(one, other)));
  if (!isRepeated) return;
  throw new AwsError(
    'InvalidArgument',
    400,
    'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
  );
}
