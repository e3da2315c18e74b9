/**
 * The bucket of a deployment: private, encrypted, TLS only, versioned, with a lifetime for every object; and the topic
 * to which S3 announces uploads.
 */

import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { BATCH_PREFIXES } from '../functions/batch-contract.ts';
import { ALL_UPLOADS, KEY_PREFIXES } from '../functions/contract.ts';
import { DRIFT_PREFIX, FOUND_PREFIX } from '../functions/drift-contract.ts';
import { ATHENA_PREFIX, TABLES_PREFIX } from '../functions/tables-contract.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { hasDrift } from './drift-settings.ts';

/** How long an overwritten or deleted object can be restored, days. */
const NONCURRENT_DAYS = 7;

/** How long answers of Athena stay, because they may have rows of pictures that are erased since. Days. */
const ANSWER_DAYS = 1;

/** How long a browser may cache a preflight response. */
const BROWSER_CACHE_SECONDS = 600;

/**
 * How endpoints receive uploads. A deployment that was made with EventBridge passes through all three in this order,
 * so that no upload is lost (`docs/operations.md`).
 */
export const UPLOAD_EVENTS = ['eventbridge', 'both', 'topic'] as const;
/** One of `UPLOAD_EVENTS`. */
export type UploadEvents = (typeof UPLOAD_EVENTS)[number];

/** Input of the bucket. */
export interface StorageProps {
  readonly deployment: ResolvedDeployment;
  /** Origin of the deployment's own pages, which post uploads to the bucket. */
  readonly apiOrigin: string;
  readonly uploadEvents: UploadEvents;
}

/** The bucket for uploads, captured inputs, annotated pictures, results, decisions and rollout records. */
export class Storage extends Construct {
  readonly bucket: Bucket;
  /** S3 publishes new objects below `uploads/`; each endpoint subscribes its queue. */
  readonly uploads: Topic;

  constructor(scope: Construct, id: string, { deployment, apiOrigin, uploadEvents }: StorageProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...PRIVATE,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs(deployment.logRetentionDays) as IBucket,
      serverAccessLogsPrefix: 'objects/',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.expire(deployment);
    this.uploads = this.announceUploads(uploadEvents);
    this.allowBrowsers([apiOrigin, ...(deployment.api.cors?.origins ?? [])]);
  }

  /** Because only these logs show who fetched a picture by its presigned URL. */
  private accessLogs(days: number): Bucket {
    const logs = new Bucket(this, 'AccessLogs', { ...PRIVATE, removalPolicy: RemovalPolicy.RETAIN });
    logs.addLifecycleRule({ expiration: Duration.days(days), abortIncompleteMultipartUploadAfter: Duration.days(1) });
    Validations.of(logs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'This bucket receives the access logs of the other; logging its own access would never end.',
    });
    return logs;
  }

  private expire({ lifetimeDays, endpoints, tables }: ResolvedDeployment): void {
    const expire = (prefix: string, days: number) =>
      this.bucket.addLifecycleRule({ id: `expire-${prefix.slice(0, -1)}`, prefix, expiration: Duration.days(days) });
    for (const prefix of KEY_PREFIXES) expire(prefix, lifetimeDays[prefix.slice(0, -1) as keyof typeof lifetimeDays]);
    if (endpoints.some(({ batch }) => batch)) for (const prefix of BATCH_PREFIXES) expire(prefix, lifetimeDays.results);
    if (hasDrift(endpoints)) for (const prefix of [DRIFT_PREFIX, FOUND_PREFIX]) expire(prefix, lifetimeDays.rollouts);
    if (tables) {
      expire(TABLES_PREFIX, lifetimeDays.tables);
      expire(ATHENA_PREFIX, ANSWER_DAYS);
    }
    this.bucket.addLifecycleRule({
      id: 'tidy',
      noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      expiredObjectDeleteMarker: true,
    });
  }

  /**
   * The topic has no key of KMS, because S3 cannot publish under the AWS managed key of SNS, and a key of its own costs
   * $1 a month to protect names and sizes of files.
   */
  private announceUploads(uploadEvents: UploadEvents): Topic {
    const topic = new Topic(this, 'Uploads', { enforceSSL: true });
    const { policyDependable } = topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowS3ToAnnounceUploads',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        // By account instead of bucket, because S3 tests the policy before the bucket has a name.
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ ...ANY_BUCKET, service: 's3' }) },
        },
      }),
    );
    // Set on the L1 resource, because the L2's notifications add a custom resource.
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    const prefix = { name: 'prefix', value: ALL_UPLOADS };
    bucket.notificationConfiguration = {
      topicConfigurations: [
        { event: 's3:ObjectCreated:*', topic: topic.topicArn, filter: { s3Key: { rules: [prefix] } } },
      ],
      ...(uploadEvents === 'topic' ? {} : { eventBridgeConfiguration: { eventBridgeEnabled: true } }),
    };
    if (policyDependable) bucket.node.addDependency(policyDependable);
    return topic;
  }

  /** Because pages that may call the API, the deployment's own included, also use its presigned URLs. */
  private allowBrowsers(origins: string[]): void {
    this.bucket.addCorsRule({
      allowedOrigins: origins,
      allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.POST],
      allowedHeaders: ['*'],
      exposedHeaders: ['ETag', 'x-amz-version-id'],
      maxAge: BROWSER_CACHE_SECONDS,
    });
  }
}

const ANY_BUCKET = { region: '', account: '', resource: '*' } as const;

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
} as const;
