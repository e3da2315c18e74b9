import sharp from 'sharp';
import { ObjectNotFound, type Objects } from '../../../functions/platform/objects.ts';

/** A picture as the page embeds it. */
export interface Thumbnail {
  readonly base64: string;
  readonly width: number;
  readonly height: number;
  /** Pixels of the thumbnail for one of the upright source. */
  readonly scale: number;
}

/** Its longer side, pixels: some 40 kB each. */
const SIDE = 560;

/** @returns undefined where the picture is gone, or is none */
export async function thumbnailOf(objects: Objects, key: string): Promise<Thumbnail | undefined> {
  try {
    const { bytes } = await objects.get(key);
    const picture = sharp(bytes, { failOn: 'none', limitInputPixels: 100_000_000 });
    const { autoOrient } = await picture.metadata();
    const { data, info } = await picture
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality: 72 })
      .toBuffer({ resolveWithObject: true });
    return {
      base64: data.toString('base64'),
      width: info.width,
      height: info.height,
      scale: info.width / autoOrient.width,
    };
  } catch (error) {
    if (error instanceof ObjectNotFound || isNoPicture(error)) return undefined;
    throw error;
  }
}

/** What sharp cannot read is no reason to have no report. */
function isNoPicture(error: unknown): boolean {
  return (
    error instanceof Error && /unsupported image format|Input (buffer|file)|pixel limit|corrupt/i.test(error.message)
  );
}
