/** Uploads to the bucket: topic → queue → live alias, with a dead-letter queue for failures. */

import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { FilterOrPolicy, type ITopic, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { KEYS } from '../functions/contract.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import type { UploadEvents } from './storage.ts';

/**
 * One picture per invocation, because a picture that crashes the process or exceeds its time fails every picture of its
 * batch: those would be retried together, and become dead letters together.
 */
const BATCH_SIZE = 1;
/** AWS advises at least 5, so that throttling alone moves no picture to the dead-letter queue. */
const MAX_RECEIVES = 5;

/** Input of an intake. */
export interface IntakeProps {
  readonly endpoint: ResolvedEndpoint;
  readonly bucket: Bucket;
  /** The topic to which S3 announces the uploads of all endpoints. */
  readonly uploads: ITopic;
  readonly uploadEvents: UploadEvents;
  readonly live: Alias;
}

/** The upload queue of an endpoint, its source and its consumer. */
export class Intake extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    const { endpoint, uploadEvents, live } = props;
    this.deadLetters = new Queue(this, 'DeadLetters', { ...ENCRYPTED, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Uploads', {
      ...ENCRYPTED,
      retentionPeriod: Duration.days(4),
      // Six times the timeout, as AWS advises, so that no message is redelivered during its processing.
      visibilityTimeout: Duration.seconds(6 * endpoint.timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    if (uploadEvents !== 'eventbridge') this.subscribe(props);
    if (uploadEvents !== 'topic') this.addRule(props);
    live.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: endpoint.uploadConcurrency,
      }),
    );
  }

  /**
   * The filter compares the key as S3 encodes it for URLs, which leaves names of endpoints and slashes as they are.
   * Without raw delivery the message would be text in an envelope of SNS.
   */
  private subscribe({ uploads, bucket, endpoint }: IntakeProps): void {
    const { policy, filter } = FilterOrPolicy;
    const name = SubscriptionFilter.stringFilter({ allowlist: [bucket.bucketName] });
    const key = SubscriptionFilter.stringFilter({ matchPrefixes: [KEYS.uploads(endpoint.settings.name)] });
    const object = policy({ bucket: policy({ name: filter(name) }), object: policy({ key: filter(key) }) });
    uploads.addSubscription(
      new SqsSubscription(this.queue, {
        rawMessageDelivery: true,
        filterPolicyWithMessageBody: { Records: policy({ s3: object }) },
        deadLetterQueue: this.deadLetters,
      }),
    );
  }

  /** The way of uploads before the topic. */
  private addRule({ bucket, endpoint }: IntakeProps): void {
    new Rule(this, 'Rule', {
      description: `Uploads for ${endpoint.settings.name}`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: [{ prefix: KEYS.uploads(endpoint.settings.name) }] },
        },
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
  }
}

const ENCRYPTED = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
