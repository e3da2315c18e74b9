/**
 * Events of a deployment: S3 announces stored results and records of rollouts to a queue, Step Functions the batch
 * jobs, and a function puts the events that follow on a bus. Only deployments with the setting `events` have them.
 */

import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FOUND_PREFIX } from '../functions/drift-contract.ts';
import { EVENT_OUTPUTS, EVENTS_ENV } from '../functions/events-contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { hasDrift } from './drift-settings.ts';
import type { ResolvedEvents } from './events-settings.ts';
import { acknowledgeWildcards } from './nag.ts';
import { ServiceFunction } from './service-function.ts';

/** Input of the events. */
export interface EventsProps {
  readonly deployment: ResolvedDeployment;
  readonly events: ResolvedEvents;
  readonly target: Target;
  readonly bucket: Bucket;
  /** Address of the HTTP API. */
  readonly api: string;
}

/** Of an invocation, which reads ten objects at most and puts their events. */
const TIMEOUT = Duration.seconds(30);
/** With a visibility of three minutes, half an hour in which EventBridge or S3 may be away. */
const MAX_RECEIVES = 10;

/** The first segments of the keys whose new objects become events. */
const ANNOUNCED = ['results/', 'rollouts/'] as const;

export class Events extends Construct {
  readonly bus: EventBus;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: EventsProps) {
    super(scope, id);
    const { deployment } = props;
    this.bus = new EventBus(this, 'Bus', { eventBusName: `${deployment.name}-events` });
    this.deadLetters = new Queue(this, 'DeadLetters', { ...ENCRYPTED, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...ENCRYPTED,
      retentionPeriod: Duration.days(4),
      // Six times the timeout, as AWS advises, so that no message is redelivered during its processing.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    this.announceObjects(props);
    this.allowRules(deployment);
    this.addFunction(props);
    new CfnOutput(Stack.of(this), EVENT_OUTPUTS.bus, { value: this.bus.eventBusName, description: 'Has the events' });
  }

  /**
   * S3 sends to a queue by prefix, which costs nothing; with EventBridge every object of the bucket would pay
   * (`docs/decisions/0051-events.md`). By account instead of bucket, because S3 tests the policy before the bucket has
   * a name.
   */
  private announceObjects({ bucket, deployment, events }: EventsProps): void {
    const { policyDependable } = this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowS3ToAnnounceObjects',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: '*' }),
          },
        },
      }),
    );
    const template = bucket.node.defaultChild as CfnBucket;
    const prefixes = announcedBy(deployment, events);
    template.notificationConfiguration = {
      ...template.notificationConfiguration,
      queueConfigurations: prefixes.map((prefix) => ({
        event: 's3:ObjectCreated:*',
        queue: this.queue.queueArn,
        filter: {
          s3Key: {
            rules: [
              { name: 'prefix', value: prefix },
              { name: 'suffix', value: '.json' },
            ],
          },
        },
      })),
    };
    if (policyDependable) template.node.addDependency(policyDependable);
  }

  /** Rules of the endpoints' stacks, by their names: those stacks are deployed after this one. */
  private allowRules({ name }: ResolvedDeployment): void {
    const rules = Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: `${name}-*` });
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowRulesOfEndpoints',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': rules } },
      }),
    );
  }

  private addFunction({ deployment, events, target, bucket, api }: EventsProps): void {
    const announced = announcedBy(deployment, events);
    const handler = new ServiceFunction(this, 'Function', {
      description: `Events of ${deployment.name}`,
      code: plainCode('events'),
      target,
      memoryMb: 512,
      timeout: TIMEOUT,
      deployment,
      service: 'events',
      bucket,
      environment: { [EVENTS_ENV.bus]: this.bus.eventBusName, [EVENTS_ENV.api]: api },
      permissions: [
        { actions: ['s3:GetObject'], resources: announced.map((prefix) => bucket.arnForObjects(`${prefix}*`)) },
        // Without it S3 answers 403 instead of 404 for an object that was deleted.
        { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
        { actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] },
      ],
    });
    handler.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
    acknowledgeWildcards(this, {
      allowed: (resource) => resource === '*' || announced.some((prefix) => resource.endsWith(`/${prefix}*`)),
      reason: 'Results and records have ids that do not exist yet; X-Ray has no resources to name.',
    });
  }
}

function announcedBy({ endpoints }: ResolvedDeployment, { batchPictures }: ResolvedEvents): string[] {
  return [...ANNOUNCED, ...(batchPictures ? ['batch/'] : []), ...(hasDrift(endpoints) ? [FOUND_PREFIX] : [])];
}

const ENCRYPTED = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
