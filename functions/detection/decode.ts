import sharp from 'sharp';
import { EmptyPictureError, PictureTooLargeError, TooManyPixelsError, UndecodablePictureError } from './errors.ts';
import { type Format, formatOf } from './picture-format.ts';
import type { Raster, Size } from './raster.ts';

// Only these three loaders are allowed. The others of libvips (SVG, PDF, TIFF, ImageMagick's …) are attack surface.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});
// Because requests do not repeat operations, a cache would only hold memory. One thread, unless a function with more
// than one vCPU sets more (`threads.ts`).
sharp.cache(false);
sharp.concurrency(1);

/** A decoded picture, reduced to the limit where it was larger. */
export interface Picture extends Raster {
  /** The upright picture's size before reduction. Boxes are in its pixels. */
  readonly source: Size;
}

/** Limits of decoding. */
export interface DecodeLimits {
  /** Longer side of the result, pixels; a smaller picture keeps its size. */
  readonly side: number;
  /** Most pixels by the picture's header. */
  readonly maxPixels: number;
  /** Most bytes. */
  readonly maxBytes: number;
}

/**
 * Decodes a JPEG, PNG or WebP picture, recognised by its content: upright by its EXIF orientation, in sRGB,
 * transparency on white (for which such pictures are usually made), the first frame of an animation. Checks the limits
 * before it decodes pixels.
 * @throws EmptyPictureError, PictureTooLargeError, UnsupportedPictureError, TooManyPixelsError, UndecodablePictureError
 */
export async function decode(bytes: Uint8Array, { side, maxPixels, maxBytes }: DecodeLimits): Promise<Picture> {
  if (bytes.length === 0) throw new EmptyPictureError();
  if (bytes.length > maxBytes) throw new PictureTooLargeError(maxBytes, bytes.length);
  const format = formatOf(bytes);
  const source = await readSize(bytes, format);
  if (source.width * source.height > maxPixels) throw new TooManyPixelsError(maxPixels, source.width, source.height);
  return { ...(await readPixels(bytes, format, fitInside(source, side), maxPixels)), source };
}

/** Reads the header only. Without sharp's own limit, so that the error can contain the size. */
async function readSize(bytes: Uint8Array, format: Format): Promise<Size> {
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata().catch(rejectAs(format));
  return { width: autoOrient.width, height: autoOrient.height };
}

function rejectAs(format: Format) {
  return (cause: Error): never => {
    const [reason = ''] = cause.message.split('\n');
    // libvips reports nothing else for some damaged interlaced PNGs.
    const known = reason === 'Unknown error' ? 'its data is damaged or ends early' : reason;
    throw new UndecodablePictureError(format, known, { cause });
  };
}

/** The largest size of the same proportions whose longer side is at most `side`; never larger than the given one. */
export function fitInside({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * `failOn: 'error'` rejects incomplete files: a JPEG or WebP without its last byte, a PNG without all its pixels. It
 * accepts harmless defects of phone photos ("Invalid SOS parameters for sequential JPEG"), which the stricter 'warning'
 * rejects. No level detects damage that leaves a JPEG's structure intact.
 */
async function readPixels(
  bytes: Uint8Array,
  format: Format,
  { width, height }: Size,
  maxPixels: number,
): Promise<Raster> {
  const { data, info } = await sharp(bytes, { failOn: 'error', autoOrient: true, limitInputPixels: maxPixels })
    .resize(width, height, { fit: 'fill', kernel: 'mitchell' })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(rejectAs(format));
  if (info.channels !== 3) throw new Error(`Expected 3 channels after decoding, received ${info.channels}`);
  return { pixels: data, width: info.width, height: info.height };
}
