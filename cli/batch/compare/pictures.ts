/** The pictures of a comparison's page. */

import { HeadObjectCommand, type HeadObjectCommandInput, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Source } from '../../../functions/api/schemas.ts';
import type { Objects } from '../../../functions/platform/objects.ts';
import type { Picture } from '../../../functions/rollout-report/gallery.ts';
import { thumbnailOf } from '../../rollout/thumbnail.ts';
import type { Differing } from './sums.ts';

/** The deployment's bucket, and the client for others. */
interface PictureSource {
  readonly objects: Objects;
  readonly s3: S3Client;
}

/** A picture in S3. */
interface Place {
  readonly objects: Objects;
  readonly key: string;
  /** Its version id. Absent: the present object, whose entity tag is the one that was answered. */
  readonly versionId?: string;
}

/** A day, because whoever has the address sees the pictures. Shorter where the credentials expire before. */
export const URL_SECONDS = 86_400;

/** Presigned addresses, so that a picture that is erased is in no page any more. @throws errors of S3 */
export async function presignedPictures(
  source: PictureSource,
  worst: readonly Differing[],
  now: Date,
): Promise<Map<string, Picture>> {
  return pictures(source, worst, async (place, { width, height }) => {
    const { url } = await place.objects.presignGet(place.key, URL_SECONDS, now, place.versionId);
    return { source: url, width, height };
  });
}

/** Small copies, for a page that is a file. @throws errors of S3 */
export async function thumbnails(source: PictureSource, worst: readonly Differing[]): Promise<Map<string, Picture>> {
  return pictures(source, worst, (place) => thumbnailOf(place.objects, place.key, place.versionId));
}

async function pictures(
  source: PictureSource,
  worst: readonly Differing[],
  make: (place: Place, image: { readonly width: number; readonly height: number }) => Promise<Picture | undefined>,
): Promise<Map<string, Picture>> {
  const found = new Map<string, Picture>();
  // One at a time: pictures can be big.
  for (const { baseline } of worst) {
    const place = await find(source, baseline.source);
    const picture = place && (await make(place, baseline.image));
    if (picture) found.set(baseline.id, picture);
  }
  return found;
}

/** The object that was answered: of a list its entity tag is known, of a manifest perhaps its version id. */
async function find({ objects, s3 }: PictureSource, source: Source): Promise<Place | undefined> {
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
