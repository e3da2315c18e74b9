/** Messages about new objects: S3's own format, and EventBridge's, which announced uploads before the topic. */

import * as z from 'zod';

/** A new object, or a new version of one. */
export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  /** Absent where the bucket keeps no versions. */
  readonly versionId: string | undefined;
}

/** A message is no event of S3. */
export class UploadMessageError extends Error {
  override readonly name = 'UploadMessageError';
}

/**
 * Compatible versions of the format have the same major number.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const record = z
  .object({
    eventVersion: z.string().regex(/^2\.\d+$/),
    eventSource: z.literal('aws:s3'),
    eventName: z.string().startsWith('ObjectCreated:'),
    s3: z.object({
      bucket: z.object({ name: z.string() }),
      object: z.object({
        key: z.string(),
        size: z.number(),
        eTag: z.string(),
        versionId: z.string().nullish(),
      }),
    }),
  })
  .transform(
    ({ s3: { bucket, object } }): NewObject => ({
      bucket: bucket.name,
      key: decodeKey(object.key),
      bytes: object.size,
      etag: object.eTag,
      versionId: object.versionId ?? undefined,
    }),
  );

const records = z.object({ Records: z.array(record).min(1) }).transform(({ Records }) => Records);

/** S3 sends it when the notification is set. */
const testEvent = z
  .object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') })
  .transform((): NewObject[] => []);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const eventBridgeEvent = z
  .object({
    detail: z.object({
      bucket: z.object({ name: z.string() }),
      object: z.object({
        key: z.string(),
        size: z.number(),
        etag: z.string(),
        'version-id': z.string().optional(),
      }),
    }),
  })
  .transform(({ detail: { bucket, object } }): NewObject[] => [
    { bucket: bucket.name, key: object.key, bytes: object.size, etag: object.etag, versionId: object['version-id'] },
  ]);

const message = z.union([records, testEvent, eventBridgeEvent]);

/** Characters of a message that an error quotes. */
const QUOTED = 200;

/** The new objects that a message announces; none for S3's test event. @throws UploadMessageError */
export function readUploadMessage(body: string): NewObject[] {
  try {
    return message.parse(JSON.parse(body));
  } catch (cause) {
    const received = body.slice(0, QUOTED);
    throw new UploadMessageError(`Expected an event of S3 for the message, received ${received}`, { cause });
  }
}

/** S3 encodes keys for URLs, with `+` for a space. @throws URIError */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
