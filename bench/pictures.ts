import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** A JPEG of a measured size. */
export interface BenchPicture {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Buffer;
}

/** Widths and heights: a web picture, a screen, a 12-megapixel photo. */
export const SIZES = [
  [640, 480],
  [1920, 1080],
  [4000, 3000],
] as const;

const GOLDEN = join(import.meta.dirname, '..', 'models', 'counter-nano', 'golden', 'cars.jpg');

/** The golden picture of three cars, resized, as a JPEG of quality 85. */
export async function benchPicture(width: number, height: number): Promise<BenchPicture> {
  const golden = await readFile(GOLDEN);
  const jpeg = await sharp(golden).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer();
  return { width, height, jpeg };
}
