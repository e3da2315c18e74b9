import sharp from 'sharp';
import type { Structure } from './edit.ts';
import { EmptyPictureError, PictureTooLargeError, TooComplexPictureError, TooManyPixelsError } from './errors.ts';
import { type Format, formatOf } from './picture-format.ts';
import type { Raster, Size } from './raster.ts';
import { readDamaged, readWhole, rejectAs, tooSlow } from './read-pixels.ts';
import { structureOf } from './structure.ts';

// Only these loaders are allowed. The others of libvips (SVG, PDF, TIFF, ImageMagick's …) are attack surface.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`),
});
// Because requests do not repeat operations, a cache would only hold memory. One thread, unless a function with more
// than one vCPU sets more (`threads.ts`).
sharp.cache(false);
sharp.concurrency(1);

/** A decoded picture, reduced to the limit where it was larger. */
export interface Picture extends Raster {
  /** The upright picture's size before reduction. Boxes are in its pixels. */
  readonly source: Size;
  /** What is missing or damaged in the file, where it was decoded all the same. */
  readonly damage?: string;
}

/** Limits of decoding. */
export interface DecodeLimits {
  /** Longer side of the result, pixels; a smaller picture keeps its size. */
  readonly side: number;
  /** Most pixels by the picture's header. */
  readonly maxPixels: number;
  /** Most bytes. */
  readonly maxBytes: number;
  /** What to do with a file that lacks image data. Default: reject it. */
  readonly damaged?: 'reject' | 'serve';
  /** Seconds after which decoding is given up. Default 10. */
  readonly seconds?: number;
}

const DEFAULT_SECONDS = 10;

/**
 * Decodes a JPEG, PNG, WebP or AVIF picture, recognised by its content: upright by its orientation, in sRGB,
 * transparency on white (for which such pictures are usually made), the first frame of an animation. Checks the limits
 * before it decodes pixels.
 * @throws EmptyPictureError, PictureTooLargeError, UnsupportedPictureError, TooManyPixelsError, TooComplexPictureError,
 * UndecodablePictureError
 */
export async function decode(bytes: Uint8Array, limits: DecodeLimits): Promise<Picture> {
  if (bytes.length === 0) throw new EmptyPictureError();
  if (bytes.length > limits.maxBytes) throw new PictureTooLargeError(limits.maxBytes, bytes.length);
  const format = formatOf(bytes);
  const structure = structureOf(bytes, format);
  const { seconds = DEFAULT_SECONDS } = limits;
  return within(seconds, decodeStructure(structure, format, { ...limits, seconds }));
}

async function decodeStructure(
  { bytes, damage, codedPixels = 0, size }: Structure,
  format: Format,
  { side, maxPixels, damaged, seconds }: DecodeLimits & { readonly seconds: number },
): Promise<Picture> {
  const isSmall = size && size.width * size.height <= maxPixels;
  const source = isSmall ? size : await readSize(bytes, format);
  checkPixels(source, codedPixels, format, maxPixels);
  const request = { bytes, format, size: fitInside(source, side), maxPixels, seconds };
  const pixels = await (damaged === 'serve' ? readDamaged(request, damage) : readWhole(request, damage));
  return { ...pixels, source };
}

/** Because the decoder holds a whole AVIF in memory, up to 25 bytes for a pixel, where others need up to 8. */
const AVIF_MEMORY = 3;
/** Pixels of all frames and tiles for each of the picture: its own, and those of its transparency. */
const MOST_CODED = 2;

/** @throws TooManyPixelsError, TooComplexPictureError */
function checkPixels(size: Size, coded: number, format: Format, maxPixels: number): void {
  const isAvif = format === 'AVIF';
  const limit = isAvif ? Math.floor(maxPixels / AVIF_MEMORY) : maxPixels;
  if (size.width * size.height > limit) throw new TooManyPixelsError(limit, size, isAvif ? ' in an AVIF' : '');
  const most = MOST_CODED * limit;
  if (coded > most) throw new TooComplexPictureError(`at most ${most} pixels in all frames and tiles`, `${coded}`);
}

/**
 * Because sharp's own timeout, with which libvips stops its work, does not interrupt a decoder that reads a whole file
 * before its first row. Such a decoder goes on in its thread, bounded by the limits on structure and pixels.
 */
async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(tooSlow(seconds)), seconds * 1000);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The largest size of the same proportions whose longer side is at most `side`; never larger than the given one. */
export function fitInside({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Reads the header only. Without sharp's own limit, so that the error can contain the size. */
async function readSize(bytes: Uint8Array, format: Format): Promise<Size> {
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata().catch(rejectAs(format));
  return { width: autoOrient.width, height: autoOrient.height };
}
