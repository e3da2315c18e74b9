import sharp from 'sharp';
import { ObjectNotFoundError, type Objects, type StoredObject } from '../../functions/platform/objects.ts';
import type { Picture } from '../../functions/rollout-report/gallery.ts';

/** The longer side of a thumbnail in pixels: some 40 kB each. */
const SIDE = 560;

/**
 * A small copy of a picture, for the report's page.
 * @returns undefined where the picture was deleted or cannot be decoded
 * @throws StoreUnavailableError
 */
export async function thumbnailOf(
  objects: Pick<Objects, 'get'>,
  key: string,
  version?: string,
): Promise<Picture | undefined> {
  const stored = await find(objects, key, version);
  return stored && shrink(stored.bytes);
}

async function find(
  objects: Pick<Objects, 'get'>,
  key: string,
  version: string | undefined,
): Promise<StoredObject | undefined> {
  try {
    return await objects.get(key, version);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

/** Because sharp has no error classes, whatever it throws is a picture that it cannot decode. */
async function shrink(bytes: Uint8Array): Promise<Picture | undefined> {
  try {
    const picture = sharp(bytes, { failOn: 'none', limitInputPixels: 100_000_000 });
    const { autoOrient } = await picture.metadata();
    const small = await picture
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality: 72 })
      .toBuffer();
    return { source: `data:image/jpeg;base64,${small.toString('base64')}`, ...autoOrient };
  } catch {
    return undefined;
  }
}
