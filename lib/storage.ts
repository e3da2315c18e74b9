/** The bucket of a deployment: private, encrypted, TLS only, versioned, with a lifetime for every object. */

import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEY_PREFIXES } from '../functions/contract.ts';
import type { ResolvedDeployment } from './check-config.ts';

/** How long an overwritten or deleted object can be restored, days. */
const NONCURRENT_DAYS = 7;

/** How long a browser may cache a preflight response. */
const BROWSER_CACHE_SECONDS = 600;

/** Input of the bucket. */
export interface StorageProps {
  readonly deployment: ResolvedDeployment;
  /** Origin of the deployment's own pages, which post uploads to the bucket. */
  readonly apiOrigin: string;
}

/** The bucket for uploads, captured inputs, annotated pictures, results, decisions and rollout records. */
export class Storage extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { deployment, apiOrigin }: StorageProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...PRIVATE,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs(deployment.logRetentionDays) as IBucket,
      serverAccessLogsPrefix: 'objects/',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.expire(deployment);
    this.notify();
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

  private expire({ lifetimeDays }: ResolvedDeployment): void {
    for (const prefix of KEY_PREFIXES) {
      const days = lifetimeDays[prefix.slice(0, -1) as keyof typeof lifetimeDays];
      this.bucket.addLifecycleRule({ id: `expire-${prefix.slice(0, -1)}`, prefix, expiration: Duration.days(days) });
    }
    this.bucket.addLifecycleRule({
      id: 'tidy',
      noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      expiredObjectDeleteMarker: true,
    });
  }

  /** Set on the L1 resource, because the L2's `eventBridgeEnabled` adds a Python custom resource for this one flag. */
  private notify(): void {
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
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

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
} as const;
