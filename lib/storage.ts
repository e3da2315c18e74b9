/** The bucket of a deployment: private, encrypted, TLS only, versioned, everything in it expiring. */

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

/** Days that an overwritten or deleted object can still be brought back. */
const NONCURRENT_DAYS = 7;

/** How long a browser may remember that it may ask. */
const BROWSER_CACHE_SECONDS = 600;

/** What a bucket is made from. */
export interface StorageProps {
  readonly deployment: ResolvedDeployment;
  /** Origin of the deployment's own page, which posts uploads to the bucket. */
  readonly apiOrigin: string;
}

/** Where uploads, captured inputs, pictures, results, decisions and rollout records lie. */
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

  /** Who fetched which picture by a presigned URL is known from nowhere else. */
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

  /** Set on the resource itself: the L2's `eventBridgeEnabled` would bring a Python custom resource for this one flag. */
  private notify(): void {
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /** Pages that may call the API, its own among them, also use the presigned addresses that it gives. */
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
