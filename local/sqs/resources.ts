/** Queues, their policies and event source mappings in templates. */

import { ACCOUNT, type Addresses, REGION } from '../account.ts';
import {
  ENCRYPTION,
  emulated,
  ignored,
  matching,
  nested,
  only,
  type PropertyRules,
  TAGS,
} from '../cloudformation/property-rules.ts';
import { type Properties, physicalName, type ResourceType } from '../cloudformation/resource-type.ts';
import type { ResourcePolicy } from '../protocol/resource-policy.ts';
import type { Store } from '../storage/store.ts';
import { DEFAULT_CONCURRENCY, type Mapping, type MappingServices, QueuePoller } from './poller.ts';
import type { Queues } from './queues.ts';

/** Attributes that SQS takes as they are in the template. */
const QUEUE_ATTRIBUTES = ['VisibilityTimeout', 'ReceiveMessageWaitTimeSeconds', 'MaximumMessageSize'];

const QUEUE: PropertyRules = {
  QueueName: emulated,
  VisibilityTimeout: emulated,
  ReceiveMessageWaitTimeSeconds: emulated,
  MaximumMessageSize: emulated,
  RedrivePolicy: nested({ deadLetterTargetArn: emulated, maxReceiveCount: emulated }),
  FifoQueue: only(false),
  DelaySeconds: only(0),
  MessageRetentionPeriod: ignored('Messages live as long as the emulator.'),
  SqsManagedSseEnabled: ENCRYPTION,
  KmsMasterKeyId: ENCRYPTION,
  KmsDataKeyReusePeriodSeconds: ENCRYPTION,
  Tags: TAGS,
};

const MAPPING: PropertyRules = {
  EventSourceArn: matching(/^arn:aws:sqs:/),
  FunctionName: emulated,
  Enabled: emulated,
  BatchSize: emulated,
  MaximumBatchingWindowInSeconds: emulated,
  FunctionResponseTypes: only('ReportBatchItemFailures'),
  // Lambda's range: 2 to 1000.
  ScalingConfig: nested({ MaximumConcurrency: matching(/^([2-9]|[1-9]\d{1,2}|1000)$/) }),
  Tags: TAGS,
};

const QUEUE_POLICY: PropertyRules = { PolicyDocument: emulated, Queues: emulated };

/** Where queues are created and polled. */
export interface QueueServices extends MappingServices {
  readonly addresses: Addresses;
  readonly queues: Queues;
  /** The running ones, by the id of their mapping. */
  readonly pollers: Map<string, QueuePoller>;
}

export function sqsResources(services: QueueServices): Record<string, ResourceType> {
  const { store, addresses, queues, pollers } = services;
  const stop = (id: string) => {
    pollers.get(id)?.stop();
    pollers.delete(id);
  };
  return {
    'AWS::SQS::Queue': queue(store, addresses),
    'AWS::SQS::QueuePolicy': queuePolicy(queues),
    'AWS::Lambda::EventSourceMapping': {
      properties: MAPPING,
      apply: (properties, { stack, logicalId }) => {
        const id = `${stack.name}-${logicalId}`;
        stop(id);
        if (properties.Enabled !== false)
          pollers.set(id, new QueuePoller(mappingOf(properties), { ...services, postponed: queues.postponed }));
        return { ref: id, attributes: { Id: id } };
      },
      remove: ({ ref }) => stop(ref),
    },
  };
}

function queue(store: Store, addresses: Addresses): ResourceType {
  return {
    properties: QUEUE,
    apply: async (properties, context) => {
      const name = String(properties.QueueName ?? physicalName(context, 80));
      const given = QUEUE_ATTRIBUTES.filter((attribute) => attribute in properties);
      const Attributes = {
        ...Object.fromEntries(given.map((attribute) => [attribute, String(properties[attribute])])),
        ...(properties.RedrivePolicy ? { RedrivePolicy: JSON.stringify(properties.RedrivePolicy) } : {}),
      };
      const url = `${addresses.endpoint}/${ACCOUNT}/${name}`;
      if (context.previous) await store.sqs('SetQueueAttributes', { QueueUrl: url, Attributes });
      else await store.sqs('CreateQueue', { QueueName: name, Attributes });
      const Arn = arnOf(url);
      return { ref: url, attributes: { Arn, QueueName: name, QueueUrl: url } };
    },
  };
}

function queuePolicy(queues: Queues): ResourceType {
  const arns = ({ Queues: urls = [] }: Properties) => (urls as string[]).map(arnOf);
  return {
    properties: QUEUE_POLICY,
    apply: (properties, context) => {
      for (const arn of arns(properties)) queues.setPolicy(arn, properties.PolicyDocument as ResourcePolicy);
      const name = physicalName(context, 64);
      return { ref: name, attributes: { Id: name } };
    },
    remove: ({ properties }) => {
      for (const arn of arns(properties)) queues.removePolicy(arn);
    },
  };
}

function arnOf(queueUrl: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueUrl.split('/').at(-1)}`;
}

function mappingOf(properties: Properties): Mapping {
  const { MaximumConcurrency = DEFAULT_CONCURRENCY } = (properties.ScalingConfig ?? {}) as {
    MaximumConcurrency?: number;
  };
  const responseTypes = (properties.FunctionResponseTypes ?? []) as string[];
  return {
    queueArn: String(properties.EventSourceArn),
    target: String(properties.FunctionName),
    batchSize: Number(properties.BatchSize ?? 10),
    windowSeconds: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
    reportsItemFailures: responseTypes.includes('ReportBatchItemFailures'),
    concurrency: MaximumConcurrency,
  };
}
