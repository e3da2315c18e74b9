/**
 * Deliveries of events: for each destination a rule of the bus, a queue with a dead-letter queue and an alarm; one
 * function delivers for all. EventBridge's API destinations cannot sign, so a queue and a function do it.
 */

import { Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  BUS_SOURCE,
  DELIVERY_ENV,
  type Destination,
  type DestinationEntry,
  disabledKey,
  type EventType,
  PAUSES,
  secretParameter,
} from '../functions/events-contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { hasDrift } from './drift-settings.ts';
import type { Events } from './events.ts';
import type { ResolvedEvents } from './events-settings.ts';
import { acknowledgeWildcards } from './nag.ts';
import { type Permission, ServiceFunction } from './service-function.ts';

/** Input of the deliveries. */
export interface WebhooksProps {
  readonly deployment: ResolvedDeployment;
  readonly settings: ResolvedEvents;
  readonly events: Events;
  readonly target: Target;
  readonly bucket: Bucket;
  /** Mails alarms and notices. */
  readonly topic?: ITopic;
  /** Whether receivers may be on this machine. */
  readonly isLaptop: boolean;
}

/** Longer than the time limit of a receiver. */
const TIMEOUT = Duration.seconds(30);

/** What people are told of. */
const NOTICES: readonly EventType[] = ['rollout.waits', 'rollout.stopped', 'rollout.promoted', 'rollout.rolled_back'];
const DRIFT_NOTICES: readonly EventType[] = [...NOTICES, 'drift.found'];

/** A destination before its queues exist. */
type Declared = Pick<Destination, 'name' | 'kind' | 'address' | 'parameter'> & {
  readonly types?: readonly EventType[];
};

export class Webhooks extends Construct {
  /** Queues of the destinations, by their names. */
  readonly queues: ReadonlyMap<string, DeliveryQueue>;

  constructor(scope: Construct, id: string, props: WebhooksProps) {
    super(scope, id);
    const { events } = props;
    const declared = declaredOf(props);
    this.queues = new Map(
      declared.map(({ name, types }) => [name, new DeliveryQueue(this, name, { bus: events.bus, types })]),
    );
    this.addFunction(declared, props);
    acknowledgeWildcards(this, {
      allowed: (resource) => resource === '*' || resource.endsWith(`/${disabledKey('*')}`),
      reason: 'Notes have the names of destinations; X-Ray has no resources to name.',
    });
  }

  private addFunction(declared: readonly Declared[], props: WebhooksProps): void {
    const { deployment, target, bucket, isLaptop } = props;
    const destinations = declared.map(({ name, kind, address }): DestinationEntry => {
      const { queue, deadLetters } = this.queueOf(name);
      const entry = [queue.queueName, deadLetters.queueName, kind, name] as const;
      return address === undefined ? entry : [...entry, address];
    });
    const [first] = this.queues.values();
    const handler = new ServiceFunction(this, 'Function', {
      description: `Delivers events of ${deployment.name}`,
      code: plainCode('webhooks'),
      target,
      memoryMb: 512,
      timeout: TIMEOUT,
      deployment,
      service: 'webhooks',
      bucket,
      environment: {
        [DELIVERY_ENV.deployment]: deployment.name,
        [DELIVERY_ENV.queue]: first?.queue.queueUrl ?? '',
        [DELIVERY_ENV.destinations]: Stack.of(this).toJsonString(destinations),
        ...(isLaptop && { [DELIVERY_ENV.allowPrivate]: 'true' }),
      },
      permissions: this.permissions(declared, props),
    });
    for (const { queue } of this.queues.values()) {
      handler.addEventSource(
        new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 5 }),
      );
    }
  }

  private permissions(declared: readonly Declared[], { bucket, topic }: WebhooksProps): Permission[] {
    const arns = (one: 'queue' | 'deadLetters') => [...this.queues.values()].map((queues) => queues[one].queueArn);
    const parameters = declared.flatMap(({ parameter }) => parameter ?? []);
    const ssm = (name: string) =>
      Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
    const isMailed = topic && declared.some(({ kind }) => kind === 'topic');
    return [
      { actions: ['sqs:ChangeMessageVisibility'], resources: arns('queue') },
      { actions: ['sqs:SendMessage'], resources: arns('deadLetters') },
      { actions: ['s3:GetObject', 's3:PutObject'], resources: [bucket.arnForObjects(disabledKey('*'))] },
      { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
      // The AWS managed key of Systems Manager lets all of the account decrypt through it.
      ...(parameters.length > 0 ? [{ actions: ['ssm:GetParameter'], resources: parameters.map(ssm) }] : []),
      ...(isMailed ? [{ actions: ['sns:Publish'], resources: [topic.topicArn] }] : []),
      ...(isMailed && topic.masterKey
        ? [{ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [topic.masterKey.keyArn] }]
        : []),
    ];
  }

  private queueOf(name: string): DeliveryQueue {
    const found = this.queues.get(name);
    if (!found) throw new Error(`Expected a destination, received ${name}`);
    return found;
  }
}

function declaredOf({ deployment, settings: { webhooks, notices }, topic }: WebhooksProps): Declared[] {
  const { name, endpoints } = deployment;
  const noticed = hasDrift(endpoints) ? DRIFT_NOTICES : NOTICES;
  const people = notices.map((to): Declared => {
    if (to === 'alarms') return { name: to, kind: 'topic', address: topic?.topicArn ?? '', types: noticed };
    return { name: to, kind: to, parameter: secretParameter(name, to), types: noticed };
  });
  const signed = webhooks.map(
    ({ name: to, url, types }): Declared => ({
      name: to,
      kind: 'webhook',
      address: url,
      parameter: secretParameter(name, to),
      ...(types && { types }),
    }),
  );
  return [...signed, ...people];
}

/** The queue of one destination, and the rule that fills it. */
export class DeliveryQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    { bus, types }: { readonly bus: EventBus; readonly types: readonly EventType[] | undefined },
  ) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', { ...ENCRYPTED, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...ENCRYPTED,
      retentionPeriod: Duration.days(4),
      // Six times the timeout, as AWS advises; after a failure the function sets the pause.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: PAUSES.length + 1 },
    });
    const eventPattern: EventPattern = { source: [BUS_SOURCE], ...(types && { detailType: [...types] }) };
    const message = RuleTargetInput.fromEventPath('$.detail');
    const target = new SqsQueue(this.queue, { message, deadLetterQueue: this.deadLetters });
    new Rule(this, 'Rule', { eventBus: bus, description: `Events for ${id}`, eventPattern, targets: [target] });
  }
}

const ENCRYPTED = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
