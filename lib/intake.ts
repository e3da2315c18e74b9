/** Uploads to the bucket: EventBridge → queue → live alias, with a dead-letter queue for failures. */

import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { KEYS } from '../functions/contract.ts';
import type { ResolvedEndpoint } from './check-config.ts';

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
  readonly live: Alias;
}

/** The upload queue of an endpoint, its source and its consumer. */
export class Intake extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { endpoint, bucket, live }: IntakeProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', { ...ENCRYPTED, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Uploads', {
      ...ENCRYPTED,
      retentionPeriod: Duration.days(4),
      // Six times the timeout, as AWS advises, so that no message is redelivered during its processing.
      visibilityTimeout: Duration.seconds(6 * endpoint.timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
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
    live.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: endpoint.uploadConcurrency,
      }),
    );
  }
}

const ENCRYPTED = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
