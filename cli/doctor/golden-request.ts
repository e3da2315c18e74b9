/** A golden picture of an endpoint's model, and the number of objects that the endpoint must count in it. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GoldenPicture, readGolden } from '../../functions/detection/golden.ts';
import { readManifest } from '../../functions/detection/manifest.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from '../../lib/check-config.ts';

/** A picture with its expected answer. */
export interface GoldenRequest {
  readonly picture: string;
  readonly bytes: Buffer<ArrayBuffer>;
  /** `image/jpeg` */
  readonly contentType: string;
  readonly model: { readonly name: string; readonly sha256: string };
  /** Absent: a human answers, or the settings change the detections. */
  readonly count?: number;
}

const TYPES: Readonly<Record<string, string>> = { png: 'image/png', webp: 'image/webp', avif: 'image/avif' };

/** The golden picture of the endpoint's first model with most objects. @throws ModelPackageError */
export async function goldenRequest(
  { modelsFolder }: Pick<ResolvedDeployment, 'modelsFolder'>,
  endpoint: ResolvedEndpoint,
): Promise<GoldenRequest> {
  const [name] = endpoint.settings.models;
  const folder = join(modelsFolder, name);
  const [manifest, pictures] = await Promise.all([readManifest(folder), readGolden(folder)]);
  const counted = pictures.map((golden) => ({ picture: golden.picture, count: countOf(golden, endpoint) }));
  const [best] = counted.toSorted((a, b) => b.count - a.count);
  if (!best) throw new Error(`Expected a golden picture for ${name}, received none`);
  const { picture, count } = best;
  return {
    picture,
    bytes: Buffer.from(await readFile(join(folder, 'golden', picture))),
    contentType: TYPES[picture.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'image/jpeg',
    model: { name, sha256: manifest.sha256 },
    ...(isAsPackaged(endpoint) && { count }),
  };
}

function countOf({ detections }: GoldenPicture, { settings: { labels } }: ResolvedEndpoint): number {
  return detections.filter(({ label }) => !labels || labels.includes(label)).length;
}

/** Because golden pictures show the detections at the thresholds of the package. */
function isAsPackaged({ settings }: ResolvedEndpoint): boolean {
  const { answeredBy, confidence, iou } = settings;
  return answeredBy === 'model' && confidence === undefined && iou === undefined;
}
