import sharp, { type FailOnOptions } from 'sharp';
import { TooComplexPictureError, UndecodablePictureError } from './errors.ts';
import type { Format } from './picture-format.ts';
import type { Raster, Size } from './raster.ts';

/** A file whose pixels are to be read. */
export interface PixelRequest {
  readonly bytes: Uint8Array;
  readonly format: Format;
  /** Of the result. */
  readonly size: Size;
  readonly maxPixels: number;
  /** Seconds after which libvips gives up. */
  readonly seconds: number;
}

/** Pixels, and what is missing or damaged in the file, where they were read all the same. */
type Pixels = Raster & { readonly damage?: string };

/**
 * Warnings of libjpeg that have no effect on pixels: unknown versions of JFIF and Adobe segments, a broken colour
 * profile, an odd order of progressive scans, and up to 99 bytes of padding at the end of a scan.
 */
const HARMLESS = [
  /unknown JFIF revision number/i,
  /Unknown Adobe color transform code/i,
  /bad ICC marker/i,
  /Invalid SOS parameters/i,
  /Inconsistent progression sequence/i,
  /Corrupt JPEG data: \d{1,2} extraneous bytes before marker 0x(?!d[0-7])/i,
];

/**
 * The pixels of a whole file. libvips only warns of missing data in a JPEG ("premature end of data segment", "bad
 * Huffman code"), so warnings are errors there, but for the harmless ones. A PNG or WebP without data is an error
 * anyway, and all their warnings are harmless (checksums of texts).
 * @param damage that the file's structure shows
 * @throws UndecodablePictureError, TooComplexPictureError
 */
export async function readWhole(request: PixelRequest, damage: string | undefined): Promise<Pixels> {
  if (damage !== undefined) throw new UndecodablePictureError(request.format, damage);
  const found = await pixelsOrWarning(request);
  if (found instanceof Error) return rejectAs(request.format)(found);
  return found;
}

/**
 * The pixels of a file, also where data is missing: the decoder leaves such pixels grey.
 * @throws UndecodablePictureError for a file without any pixels that can be read, TooComplexPictureError
 */
export async function readDamaged(request: PixelRequest, damage: string | undefined): Promise<Pixels> {
  const found = damage === undefined ? await pixelsOrWarning(request) : new Error(damage);
  if (!(found instanceof Error)) return found;
  const pixels = await pixelsOf(request, 'none').catch(rejectAs(request.format));
  return { ...pixels, damage: reasonOf(found) };
}

async function pixelsOrWarning(request: PixelRequest): Promise<Raster | Error> {
  try {
    return await pixelsOf(request, request.format === 'JPEG' ? 'warning' : 'error');
  } catch (error) {
    if (error instanceof TooComplexPictureError) throw error;
    const warning = error as Error;
    return HARMLESS.some((known) => known.test(warning.message)) ? pixelsOrSecondWarning(request, warning) : warning;
  }
}

/** libjpeg reports its first warning and counts the others, which can be of another kind. */
async function pixelsOrSecondWarning(request: PixelRequest, first: Error): Promise<Raster | Error> {
  const counts: number[] = [];
  const pixels = await pixelsOf(request, 'error', (warning) => {
    counts.push(Number(/^read gave (\d+) warnings/.exec(warning)?.[1] ?? 0));
  }).catch((error: Error) => error);
  return Math.max(...counts) > 1 ? new Error(`${reasonOf(first)}, and more`) : pixels;
}

async function pixelsOf(
  { bytes, size: { width, height }, maxPixels, seconds }: PixelRequest,
  failOn: FailOnOptions,
  onWarning: (warning: string) => void = () => {},
): Promise<Raster> {
  const picture = sharp(bytes, { failOn, autoOrient: true, limitInputPixels: maxPixels })
    .on('warning', onWarning)
    .timeout({ seconds: Math.max(1, Math.ceil(seconds)) })
    .resize(width, height, { fit: 'fill', kernel: 'mitchell' })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' });
  const { data, info } = await picture.toBuffer({ resolveWithObject: true }).catch((error: Error) => {
    throw /^timeout:/.test(error.message) ? tooSlow(seconds, { cause: error }) : error;
  });
  if (info.channels !== 3) throw new Error(`Expected 3 channels after decoding, received ${info.channels}`);
  return { pixels: data, width: info.width, height: info.height };
}

/** The rejection of a file that was not decoded in time. */
export function tooSlow(seconds: number, options?: ErrorOptions): TooComplexPictureError {
  const limit = `${Math.round(seconds * 10) / 10} s`;
  return new TooComplexPictureError(`a picture that is decoded in ${limit}`, 'one that takes longer', options);
}

/** Throws an error of sharp as the rejection of the file. */
export function rejectAs(format: Format) {
  return (cause: Error): never => {
    if (cause instanceof TooComplexPictureError) throw cause;
    throw new UndecodablePictureError(format, reasonOf(cause), { cause });
  };
}

/** All that libvips reports for some damaged interlaced PNGs, and for AVIFs. */
const UNCLEAR = /^(Unknown error$|source: bad seek|heif: )/;

function reasonOf({ message }: Error): string {
  const [reason = ''] = message.split('\n');
  const known = UNCLEAR.test(reason) ? 'its data is damaged or ends early' : reason;
  return known.replace(/[^\x20-\x7e]/g, '?');
}
