import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import type { Picture } from '../rollout-report/gallery.ts';
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
