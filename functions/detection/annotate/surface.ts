import sharp from 'sharp';
import { type DecodeLimits, decode, fitInside, type Picture } from '../decode.ts';
import type { Raster } from '../raster.ts';

/**
 * The picture to draw into: its longer side is at most `maxSide`, and it is never larger than the source. This is the
 * decoded picture where its size is right, a reduced copy where it is too large, and a second decode where it is too
 * small.
 */
export async function surfaceFor(
  decoded: Picture,
  bytes: Uint8Array,
  limits: DecodeLimits,
  maxSide: number,
): Promise<Raster> {
  const wanted = fitInside(decoded.source, maxSide);
  if (wanted.width === decoded.width && wanted.height === decoded.height) return decoded;
  return wanted.width < decoded.width || wanted.height < decoded.height
    ? reduce(decoded, wanted.width, wanted.height)
    : decode(bytes, { ...limits, side: maxSide });
}

async function reduce(picture: Raster, width: number, height: number): Promise<Raster> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const pixels = await sharp(picture.pixels, { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'fill', kernel: 'mitchell' })
    .raw()
    .toBuffer();
  return { pixels, width, height };
}
