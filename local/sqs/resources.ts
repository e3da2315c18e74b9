/** Queues and what polls them, as templates describe them. */

import { ACCOUNT, type Addresses, REGION } from '../account.ts';
import type { Properties, ResourceType } from '../cloudformation/resource-type.ts';
import { physicalName } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { Store } from '../store.ts';
import { DEFAULT_CONCURRENCY, type Mapping, type MappingServices, QueuePoller } from './poller.ts';

/** Attributes that SQS takes as they are in the template. */
const QUEUE_ATTRIBUTES = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'MaximumMessageSize',
];

export function queue(store: Store, addresses: Addresses): ResourceType {
  return {
    apply: async (properties, context) => {
      const name = String(properties.QueueName ?? physicalName(context, 80));
      if (properties.FifoQueue) throw new UnsupportedError('A FIFO queue', context.logicalId);
      const given = QUEUE_ATTRIBUTES.filter((attribute) => attribute in properties);
      const Attributes = {
        ...Object.fromEntries(given.map((attribute) => [attribute, String(properties[attribute])])),
        ...(properties.RedrivePolicy ? { RedrivePolicy: JSON.stringify(properties.RedrivePolicy) } : {}),
      };
      const url = `${addresses.endpoint}/${ACCOUNT}/${name}`;
      if (context.previous) await store.sqs('SetQueueAttributes', { QueueUrl: url, Attributes });
      else await store.sqs('CreateQueue', { QueueName: name, Attributes });
      return {
        ref: url,
        attributes: { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`, QueueName: name, QueueUrl: url },
      };
    },
  };
}

/** @param pollers what is polled now, by the mapping's id */
export function mapping(services: MappingServices, pollers: Map<string, QueuePoller>): ResourceType {
  return {
    apply: (properties, context) => {
      if (properties.FilterCriteria)
        throw new UnsupportedError('An event source mapping with a filter', context.logicalId);
      const id = `${context.stack.name}-${context.logicalId}`;
      pollers.get(id)?.stop();
      pollers.delete(id);
      if (properties.Enabled !== false) pollers.set(id, new QueuePoller(mappingOf(properties), services));
      return { ref: id, attributes: { Id: id } };
    },
    remove: ({ ref }) => {
      pollers.get(ref)?.stop();
      pollers.delete(ref);
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
