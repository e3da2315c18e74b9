/** SNS's topics: who may publish, and the subscribed queues that receive a message. */

import { UnsupportedError } from '../errors.ts';
import { checkPattern, matches, type Pattern } from '../events/pattern.ts';
import { QueryError } from '../protocol/query-service.ts';
import { allows, checkResourcePolicy, type ResourcePolicy, type ServiceCall } from '../protocol/resource-policy.ts';
import type { Queues, QueueTarget } from '../sqs/queues.ts';

/** A topic of a template. */
export interface TopicDefinition {
  /** Whether a key of KMS encrypts its messages. */
  readonly encrypted: boolean;
}

/** A queue that subscribes to a topic, with raw delivery. */
export interface Subscription extends QueueTarget {
  readonly topicArn: string;
  /** Of the message body. Absent: all messages. */
  readonly filter?: Pattern;
}

/** The service that publishes, and the ARN of the resource for which it does. */
export type Publisher = Pick<ServiceCall, 'service' | 'sourceArn'>;

export class Topics {
  private readonly queues: Queues;
  private readonly topics = new Map<string, TopicDefinition>();
  private readonly policies = new Map<string, ResourcePolicy>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly addresses = new Map<string, { readonly topicArn: string; readonly address: string }>();

  constructor(queues: Queues) {
    this.queues = queues;
  }

  define(arn: string, definition: TopicDefinition): void {
    this.topics.set(arn, definition);
  }

  /** Removes a topic with its subscriptions, as SNS does. */
  remove(arn: string): void {
    this.topics.delete(arn);
    this.policies.delete(arn);
    for (const [id, { topicArn }] of this.subscriptions) if (topicArn === arn) this.subscriptions.delete(id);
  }

  /** Gives a topic its policy. @throws UnsupportedError */
  setPolicy(arn: string, policy: ResourcePolicy): void {
    checkResourcePolicy(policy, arn);
    this.policies.set(arn, policy);
  }

  /** Gives a topic SNS's default policy, by which only the account itself may publish. */
  removePolicy(arn: string): void {
    this.policies.delete(arn);
  }

  /** Adds a subscription, or replaces it. @throws UnsupportedError for an operator of the filter, Error: no topic */
  subscribe(id: string, subscription: Subscription): void {
    this.checkTopic(subscription.topicArn);
    if (subscription.filter) checkPattern(subscription.filter, 'SNS');
    this.subscriptions.set(id, subscription);
  }

  /** Adds an e-mail address. @throws Error: no topic */
  subscribeAddress(id: string, topicArn: string, address: string): void {
    this.checkTopic(topicArn);
    this.addresses.set(id, { topicArn, address });
  }

  /** The e-mail addresses of a topic. @throws QueryError: no topic; UnsupportedError: a topic with queues */
  addressesOf(arn: string): string[] {
    if (!this.topics.has(arn)) throw new QueryError('NotFound', 'Topic does not exist');
    const hasQueues = [...this.subscriptions.values()].some(({ topicArn }) => topicArn === arn);
    if (hasQueues) throw new UnsupportedError('Publish to a topic with queues', arn);
    return [...this.addresses.values()].filter(({ topicArn }) => topicArn === arn).map(({ address }) => address);
  }

  private checkTopic(arn: string): void {
    if (!this.topics.has(arn)) throw new Error(`Expected an existing topic for TopicArn, received ${arn}`);
  }

  unsubscribe(id: string): void {
    this.addresses.delete(id);
    this.subscriptions.delete(id);
  }

  /** Whether the topic exists and its policy lets the service publish. @throws UnsupportedError: encrypted topic */
  accepts(arn: string, publisher: Publisher): boolean {
    if (this.topics.get(arn)?.encrypted) throw new UnsupportedError('Publishing to a topic with KmsMasterKeyId', arn);
    return (
      this.topics.has(arn) && allows(this.policies.get(arn), { ...publisher, action: 'sns:Publish', resource: arn })
    );
  }

  /** Sends a message to all queues whose filters match. @throws Error for a publisher that is not allowed */
  async publish(arn: string, message: string, publisher: Publisher): Promise<void> {
    if (!this.accepts(arn, publisher)) {
      throw new Error(`The topic ${arn} does not exist or does not let ${publisher.service} publish.`);
    }
    const body: unknown = JSON.parse(message);
    const receivers = [...this.subscriptions.values()].filter(
      ({ topicArn, filter }) => topicArn === arn && (!filter || matches(filter, body)),
    );
    const sender = { service: 'sns.amazonaws.com', sourceArn: arn };
    await Promise.all(receivers.map((receiver) => this.queues.deliver(receiver, message, sender)));
  }
}
