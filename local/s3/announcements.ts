/** Event notifications of buckets: to a topic in S3's own format, and to EventBridge. */

import type { EventBus } from '../events/bus.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { Topics } from '../sns/topics.ts';
import { hostId, KINDS, type ObjectCreated, objectCreatedEvent, recordsOf, requestId } from './object-created.ts';

/** Which new objects S3 announces to a topic. */
export interface TopicConfiguration {
  readonly topicArn: string;
  /** `s3:ObjectCreated:*` or one of its kinds. */
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The receivers of a bucket's events. */
export interface Receivers {
  readonly eventBridge: boolean;
  readonly topic?: TopicConfiguration;
}

/** The supported values of `Event`. */
export const EVENTS = ['*', ...Object.values(KINDS)].map((kind) => `s3:ObjectCreated:${kind}`);

export class Announcements {
  private readonly bus: EventBus;
  private readonly topics: Topics;
  private readonly onError: (message: string) => void;

  constructor(bus: EventBus, topics: Topics, onError: (message: string) => void) {
    this.bus = bus;
    this.topics = topics;
    this.onError = onError;
  }

  /** Checks the topic of a bucket as S3 does: it must exist and let S3 publish. @throws AwsError InvalidArgument */
  check(bucket: string, { topic }: Receivers): void {
    if (!topic || this.topics.accepts(topic.topicArn, publisher(bucket))) return;
    const message = 'Unable to validate the following destination configurations';
    throw new AwsError('InvalidArgument', 400, message, { ArgumentName: topic.topicArn });
  }

  /** Sends the test event of a new configuration. */
  announceTest(bucket: string, { topic }: Receivers): void {
    if (!topic) return;
    const Time = new Date().toISOString();
    const ids = { RequestId: requestId(), HostId: hostId() };
    const event = { Service: 'Amazon S3', Event: 's3:TestEvent', Time, Bucket: bucket, ...ids };
    this.publish(topic.topicArn, event, bucket);
  }

  /**
   * Announces a new object. Resolves when the queues have stored the announcement, so that an upload which was accepted
   * before a crash is announced.
   */
  async announce(created: ObjectCreated, { eventBridge, topic }: Receivers): Promise<void> {
    const sent = eventBridge && this.bus.put(objectCreatedEvent(created)).catch((e) => this.onError(`events: ${e}`));
    if (topic && isAnnounced(created, topic)) await this.publish(topic.topicArn, recordsOf(created), created.bucket);
    await sent;
  }

  private publish(topicArn: string, event: object, bucket: string): Promise<void> {
    return this.topics
      .publish(topicArn, JSON.stringify(event), publisher(bucket))
      .catch((error) => this.onError(`topics: ${error}`));
  }
}

const publisher = (bucket: string) => ({ service: 's3.amazonaws.com', sourceArn: `arn:aws:s3:::${bucket}` });

function isAnnounced({ key, reason }: ObjectCreated, { event, prefix, suffix }: TopicConfiguration): boolean {
  const matches = event.endsWith(':*') || event.endsWith(`:${KINDS[reason]}`);
  return matches && key.startsWith(prefix) && key.endsWith(suffix);
}
