/** Finds the picture of a stored result. */

import { HeadObjectCommand, type HeadObjectCommandInput, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Source } from '../../functions/api/schemas.ts';
import type { Objects } from '../../functions/platform/objects.ts';

/** The deployment's bucket, and the client for others. */
export interface PictureSource {
  readonly objects: Objects;
  readonly s3: S3Client;
}

/** A picture in S3. */
export interface Place {
  readonly objects: Objects;
  readonly key: string;
  /** Its version id. Absent: the present object, whose entity tag is the one that was answered. */
  readonly versionId?: string;
}

/** The object that was answered: of a list its entity tag is known, of a manifest perhaps its version id. */
export async function findPicture({ objects, s3 }: PictureSource, source: Source): Promise<Place | undefined> {
  if (source.kind !== 'upload') return undefined;
  const { bucket, key, version } = source;
  const own = objects.inBucket(bucket);
  const present = await tagOf(s3, { Bucket: bucket, Key: key });
  if (present === version) return { objects: own, key };
  const isVersion = (await tagOf(s3, { Bucket: bucket, Key: key, VersionId: version })) !== undefined;
  return isVersion ? { objects: own, key, versionId: version } : undefined;
}

/** The entity tag of an object. */
async function tagOf(s3: S3Client, object: HeadObjectCommandInput): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand(object))).ETag?.replaceAll('"', '');
  } catch (error) {
    // 400, because S3 takes no entity tag for a version id; 403, because the caller may not list a bucket of others.
    const { httpStatusCode = 0 } = error instanceof S3ServiceException ? error.$metadata : {};
    if ([400, 403, 404].includes(httpStatusCode)) return undefined;
    throw error;
  }
}
