/** Topics, their policies and subscriptions in templates. */

import { ACCOUNT, REGION } from '../account.ts';
import { DESCRIPTION, emulated, nested, only, type PropertyRules, TAGS } from '../cloudformation/property-rules.ts';
import { addressOf, type Properties, physicalName, type ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { Pattern } from '../events/pattern.ts';
import type { ResourcePolicy } from '../protocol/resource-policy.ts';
import type { Subscription, Topics } from './topics.ts';

const TOPIC: PropertyRules = {
  TopicName: emulated,
  DisplayName: DESCRIPTION,
  KmsMasterKeyId: emulated,
  FifoTopic: only(false),
  Tags: TAGS,
};

const POLICY: PropertyRules = { PolicyDocument: emulated, Topics: emulated };

/** E-mail is shown, not sent; the emulator does not evaluate alarms. */
const SUBSCRIPTION: PropertyRules = {
  TopicArn: emulated,
  Protocol: only('sqs', 'email'),
  Endpoint: emulated,
  RawMessageDelivery: only(true),
  FilterPolicy: emulated,
  FilterPolicyScope: only('MessageBody'),
  RedrivePolicy: nested({ deadLetterTargetArn: emulated }),
};

/** Topics that send to queues. */
export function snsResources(topics: Topics): Record<string, ResourceType> {
  return { 'AWS::SNS::Topic': topic(topics), 'AWS::SNS::TopicPolicy': policy(topics), ...subscription(topics) };
}

function topic(topics: Topics): ResourceType {
  return {
    properties: TOPIC,
    apply: ({ TopicName, KmsMasterKeyId }, context) => {
      const name = String(TopicName ?? physicalName(context, 256));
      const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
      topics.define(arn, { encrypted: KmsMasterKeyId !== undefined });
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    remove: ({ ref }) => topics.remove(ref),
  };
}

function policy(topics: Topics): ResourceType {
  return {
    properties: POLICY,
    apply: (properties, context) => {
      for (const arn of topicsOf(properties)) topics.setPolicy(arn, properties.PolicyDocument as ResourcePolicy);
      const name = physicalName(context, 64);
      return { ref: name, attributes: { Id: name } };
    },
    remove: ({ properties }) => {
      for (const arn of topicsOf(properties)) topics.removePolicy(arn);
    },
  };
}

const topicsOf = ({ Topics = [] }: Properties) => Topics as string[];

function subscription(topics: Topics): Record<string, ResourceType> {
  const type: ResourceType = {
    properties: SUBSCRIPTION,
    apply: (properties, context) => {
      const { TopicArn, Protocol } = properties;
      const ref = `${TopicArn}:${physicalName(context, 64)}`;
      if (Protocol === 'email') topics.subscribeAddress(ref, String(TopicArn), String(properties.Endpoint));
      if (Protocol === 'sqs') topics.subscribe(ref, subscriptionOf(properties, addressOf(context)));
      return { ref, attributes: { Arn: ref } };
    },
    remove: ({ ref }) => topics.unsubscribe(ref),
  };
  return { 'AWS::SNS::Subscription': type };
}

/** @throws UnsupportedError for SNS's defaults: messages in an envelope, filters of message attributes */
function subscriptionOf(properties: Properties, where: string): Subscription {
  const { TopicArn, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties;
  if (RawMessageDelivery === undefined) throw new UnsupportedError('A subscription without RawMessageDelivery', where);
  if (FilterPolicy !== undefined && FilterPolicyScope === undefined) {
    throw new UnsupportedError('A FilterPolicy without FilterPolicyScope', where);
  }
  const { deadLetterTargetArn } = (RedrivePolicy ?? {}) as { deadLetterTargetArn?: string };
  return {
    topicArn: String(TopicArn),
    queueArn: String(Endpoint),
    ...(FilterPolicy ? { filter: FilterPolicy as Pattern } : {}),
    ...(deadLetterTargetArn ? { deadLetterArn: deadLetterTargetArn } : {}),
  };
}
