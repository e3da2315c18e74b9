import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import type { LabelledRecord } from '../records/labelled-record.ts';
import type { Picture } from '../rollout-report/gallery.ts';
import { labelledKey } from '../rollout-report/labelled-section.ts';
import type { EndpointClients } from '../standing/clients.ts';

/** Lifetime of the presigned URLs of a report. */
const URL_SECONDS = 3600;

/**
 * Presigned URLs of these pictures, with their sizes from the stored results. Expired pictures are left out.
 * @throws StoreUnavailableError
 */
export async function presignedPictures(
  clients: EndpointClients,
  records: readonly ComparisonRecord[],
  now: Date,
): Promise<Map<string, Picture>> {
  const found = await Promise.all(
    records.map(async ({ id, input, input_version }) => {
      const [size, isThere] = await Promise.all([sizeOf(clients, id), clients.objects.exists(input, input_version)]);
      if (!size || !isThere) return [];
      const { url } = await clients.objects.presignGet(input, URL_SECONDS, now, input_version);
      return [[id, { source: url, ...size }] as const];
    }),
  );
  return new Map(found.flat());
}

/** Presigned URLs of labelled photos, by their keys. Deleted ones are left out. @throws StoreUnavailableError */
export async function presignedPhotos(
  { objects }: EndpointClients,
  labelled: LabelledRecord | undefined,
  now: Date,
): Promise<Map<string, Picture>> {
  const photos = labelled?.different ?? [];
  const found = await Promise.all(
    photos.map(async (photo) => {
      const key = labelledKey(labelled as LabelledRecord, photo);
      if (!(await objects.exists(key))) return [];
      const { url } = await objects.presignGet(key, URL_SECONDS, now);
      return [[key, { source: url, width: photo.width, height: photo.height }] as const];
    }),
  );
  return new Map(found.flat());
}

async function sizeOf(
  { objects, endpoint }: EndpointClients,
  id: string,
): Promise<Pick<Picture, 'width' | 'height'> | undefined> {
  try {
    const { data } = storedResultSchema.safeParse(await objects.getJson(KEYS.result(endpoint, id)));
    return data && 'image' in data ? data.image : undefined;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}
