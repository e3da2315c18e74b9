/** The pictures of a comparison's page. */

import type { Picture } from '../../../functions/rollout-report/gallery.ts';
import { thumbnailOf } from '../../rollout/thumbnail.ts';
import { findPicture, type PictureSource, type Place } from '../source-picture.ts';
import type { Differing } from './sums.ts';

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
    const place = await findPicture(source, baseline.source);
    const picture = place && (await make(place, baseline.image));
    if (picture) found.set(baseline.id, picture);
  }
  return found;
}
