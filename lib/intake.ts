/** Uploads to the bucket on their way to an endpoint: EventBridge → queue → live alias, failures kept in a queue of their own. */

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

/** Pictures per invocation: enough to spare invocations, few enough to end well within the timeout. */
const BATCH_SIZE = 5;
/** How long an invocation waits for its batch to fill: an upload is answered soon, not at once. */
const BATCH_WINDOW = Duration.seconds(1);
/** AWS advises at least 5, so that throttling alone does not send a good picture to the dead letters. */
const MAX_RECEIVES = 5;

/** What an intake is made from. */
export interface IntakeProps {
  readonly endpoint: ResolvedEndpoint;
  readonly bucket: Bucket;
  readonly live: Alias;
}

/** The queue of an endpoint's uploads. */
export class Intake extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { endpoint, bucket, live }: IntakeProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', { ...SAFE, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Uploads', {
      ...SAFE,
      retentionPeriod: Duration.days(4),
      // Six times the timeout, as AWS advises, so that no message comes again while it is being worked on.
      visibilityTimeout: Duration.seconds(6 * endpoint.timeoutSeconds + BATCH_WINDOW.toSeconds()),
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
        maxBatchingWindow: BATCH_WINDOW,
        reportBatchItemFailures: true,
        ...concurrencyOf(endpoint),
      }),
    );
  }
}

/**
 * Half of what is reserved, so that uploads leave room for callers, and none is thrown back for want of concurrency until
 * it is a dead letter. Lambda takes no fewer than 2.
 */
function concurrencyOf({ reservedConcurrency = 0 }: ResolvedEndpoint): { maxConcurrency?: number } {
  return reservedConcurrency < 4 ? {} : { maxConcurrency: Math.floor(reservedConcurrency / 2) };
}

const SAFE = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
