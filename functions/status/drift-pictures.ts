/** Pictures from before and after a drift, with presigned URLs and the objects that were found in them. */

import type { DriftPicture, ShownDrift } from '../api/drift-schemas.ts';
import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import type { DriftReport } from '../drift-contract.ts';
import type { EndpointClients } from '../standing/clients.ts';

type Pictures = NonNullable<ShownDrift['pictures']>;
type Stored = NonNullable<DriftReport['pictures']>['before'][number];

/** Lifetime of the presigned URLs, and how long they are given out, so that the last caller has half an hour. */
const URL_SECONDS = 3600;
const REUSED_MS = 1_800_000;

/** Presigns the pictures of a report once in a while, because pages that poll show the same URLs again. */
export class DriftPictures {
  private last: { readonly of: string; readonly at: number; readonly pictures: Pictures } | undefined;

  /** @returns undefined where the report has none */
  async of(clients: EndpointClients, report: DriftReport, now: Date): Promise<Pictures | undefined> {
    const { pictures, at: of } = report;
    if (!pictures) return undefined;
    const at = now.getTime();
    if (this.last?.of === of && at - this.last.at < REUSED_MS) return this.last.pictures;
    const presigned = await presignedDrift(clients, pictures, now);
    this.last = { of, at, pictures: presigned };
    return presigned;
  }
}

/** Without pictures that are deleted meanwhile, and without those of which no result is stored. */
export async function presignedDrift(
  clients: EndpointClients,
  { before, after }: NonNullable<DriftReport['pictures']>,
  now: Date,
): Promise<Pictures> {
  return { before: await presign(clients, before, now), after: await presign(clients, after, now) };
}

async function presign(clients: EndpointClients, stored: readonly Stored[], now: Date): Promise<DriftPicture[]> {
  const found = await Promise.all(stored.map((picture) => presignOne(clients, picture, now)));
  return found.flat();
}

async function presignOne(
  { objects, endpoint }: EndpointClients,
  { id, key, version }: Stored,
  now: Date,
): Promise<DriftPicture[]> {
  const [json, isThere] = await Promise.all([
    objects.findJson(KEYS.result(endpoint, id)),
    objects.exists(key, version),
  ]);
  const { data: result } = storedResultSchema.safeParse(json);
  if (!isThere || result?.status !== 'done') return [];
  const { width, height } = result.image;
  const { url } = await objects.presignGet(key, URL_SECONDS, now, version);
  return [{ id, url, width, height, detections: result.detections }];
}
