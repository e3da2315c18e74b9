/** A new object, and its events: in S3's own format and in that of EventBridge. */

import { randomBytes, randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../account.ts';
import type { ObjectLocation } from './request.ts';

/** A new object, or a new version of one. */
export interface ObjectCreated extends ObjectLocation {
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  /** Later changes of an object have higher ones. */
  readonly sequencer: string;
  /** `PutObject`, `POST Object`, `CopyObject` or `CompleteMultipartUpload` */
  readonly reason: string;
  readonly at: Date;
}

/** Kinds of `s3:ObjectCreated` by the reason that EventBridge's events have. */
export const KINDS: Readonly<Record<string, string>> = {
  PutObject: 'Put',
  'POST Object': 'Post',
  CopyObject: 'Copy',
  CompleteMultipartUpload: 'CompleteMultipartUpload',
};

/**
 * The message of S3 for a new object.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function recordsOf({ bucket, key, size, etag, versionId, sequencer, reason, at }: ObjectCreated): object {
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: REGION,
    eventTime: at.toISOString(),
    eventName: `ObjectCreated:${KINDS[reason]}`,
    userIdentity: { principalId: `AWS:${ACCOUNT}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': requestId(), 'x-amz-id-2': hostId() },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: CONFIGURATION_ID,
      bucket: { name: bucket, ownerIdentity: { principalId: ACCOUNT }, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encodeKey(key), size, eTag: etag, ...(versionId ? { versionId } : {}), sequencer },
    },
  };
  return { Records: [record] };
}

/** As S3 chooses it where the configuration has none; templates cannot set it. */
const CONFIGURATION_ID = Buffer.from(randomUUID()).toString('base64').replaceAll('=', '');

/** Encodes as HTML forms do, but leaves slashes: `a b+ü` becomes `a+b%2B%C3%BC`. */
function encodeKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice(1).replaceAll('%2F', '/');
}

/** Ids that S3 gives each request. */
export const requestId = () => randomBytes(8).toString('hex').toUpperCase();
export const hostId = () => randomBytes(57).toString('base64');

/**
 * The event that S3 sends to EventBridge for a new object.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectCreatedEvent({
  bucket,
  key,
  size,
  etag,
  versionId,
  sequencer,
  reason,
  at,
}: ObjectCreated): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: at.toISOString().replace(/\.\d{3}/, ''),
    region: REGION,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId ? { 'version-id': versionId } : {}), sequencer },
      'request-id': randomUUID(),
      requester: ACCOUNT,
      'source-ip-address': '127.0.0.1',
      reason,
    },
  };
}
