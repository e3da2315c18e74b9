/** Queues and event source mappings in templates. */

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
import type { Store } from '../store.ts';
import { DEFAULT_CONCURRENCY, type Mapping, type MappingServices, QueuePoller } from './poller.ts';

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

/** @param services where queues are created and polled; `pollers` holds the running ones by the id of their mapping */
export function sqsResources(
  services: MappingServices & { readonly addresses: Addresses; readonly pollers: Map<string, QueuePoller> },
): Record<string, ResourceType> {
  const { store, addresses, pollers } = services;
  const stop = (id: string) => {
    pollers.get(id)?.stop();
    pollers.delete(id);
  };
  return {
    'AWS::SQS::Queue': queue(store, addresses),
    'AWS::Lambda::EventSourceMapping': {
      properties: MAPPING,
      apply: (properties, { stack, logicalId }) => {
        const id = `${stack.name}-${logicalId}`;
        stop(id);
        if (properties.Enabled !== false) pollers.set(id, new QueuePoller(mappingOf(properties), services));
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
      const Arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
      return { ref: url, attributes: { Arn, QueueName: name, QueueUrl: url } };
    },
  };
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
