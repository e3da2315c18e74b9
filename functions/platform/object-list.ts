import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** An object in a list. */
export interface ListedObject {
  readonly key: string;
  /** When it was written. */
  readonly modified: Date;
  readonly bytes: number;
}

/**
 * The objects below a prefix in S3's order of keys, a page of a thousand at a time. Errors are those of the SDK.
 * @param after only keys after this one; default: from the first
 */
export async function* listObjects(
  client: S3Client,
  bucket: string,
  prefix: string,
  after?: string,
): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const start = token ? { ContinuationToken: token } : after && { StartAfter: after };
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...start }));
    for (const { Key: key = '', LastModified: modified = new Date(0), Size: bytes = 0 } of page.Contents ?? []) {
      yield { key, modified, bytes };
    }
    token = page.NextContinuationToken;
  } while (token);
}
