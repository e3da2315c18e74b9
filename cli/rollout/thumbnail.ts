import sharp from 'sharp';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import type { Picture } from '../../functions/rollout-report/gallery.ts';

/** Its longer side, pixels: some 40 kB each. */
const SIDE = 560;

/** A small copy of a picture that a page can hold. @returns undefined where the picture is gone, or is none */
export async function thumbnailOf(objects: Objects, key: string): Promise<Picture | undefined> {
  try {
    const { bytes } = await objects.get(key);
    const picture = sharp(bytes, { failOn: 'none', limitInputPixels: 100_000_000 });
    const { autoOrient } = await picture.metadata();
    const small = await picture
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality: 72 })
      .toBuffer();
    return { source: `data:image/jpeg;base64,${small.toString('base64')}`, ...autoOrient };
  } catch (error) {
    if (error instanceof ObjectNotFoundError || isNoPicture(error)) return undefined;
    throw error;
  }
}

/** What sharp cannot read is no reason to have no report. */
function isNoPicture(error: unknown): boolean {
  return (
    error instanceof Error && /unsupported image format|Input (buffer|file)|pixel limit|corrupt/i.test(error.message)
  );
}
