import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { Disagreement } from '../rollout-report/disagreements.ts';
import type { Picture } from '../rollout-report/gallery.ts';
import type { EndpointClients } from '../standing/clients.ts';

/** How long the page's pictures can be fetched, seconds. */
const SECONDS = 3600;

/** Addresses of these pictures, with their sizes from the stored results; those that are gone are left out. @throws StoreUnavailableError */
export async function presignedPictures(
  place: EndpointClients,
  disagreements: readonly Disagreement[],
  now: Date,
): Promise<Map<string, Picture>> {
  const found = await Promise.all(
    disagreements.map(async ({ record: { id, input } }) => {
      const [size, isThere] = await Promise.all([sizeOf(place, id), place.objects.exists(input)]);
      if (!size || !isThere) return [];
      const { url } = await place.objects.presignGet(input, SECONDS, now);
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
