import { GET_A_JPEG } from './advice.ts';
import { av1Frames } from './av1-frames.ts';
import { type HeifItems, heifItems } from './avif-items.ts';
import type { Structure } from './edit.ts';
import { TooComplexPictureError, UndecodablePictureError, UnsupportedPictureError } from './errors.ts';
import { boxesIn, type MediaBox } from './media-boxes.ts';

/** Most tiles, those of the transparency too. Encoders write up to 100; each costs the setup of a decoder. */
const MAX_TILES = 1000;
/** Items that are not needed for pixels. Because they can be compressed, and because libexif is slow. */
const OTHERS: readonly string[] = ['Exif', 'mime', 'uri '];
/** The major brand of a still picture. */
const STILL = 'avif';
const MAJOR_BRAND_AT = 8;
/** A type that no reader knows. */
const UNKNOWN = 'skip';

/**
 * Walks the items of an AVIF. Counts the pixels of all frames and tiles that the decoder will decode, by the headers of
 * the AV1 data: the sizes that the file declares can be smaller. Hides EXIF data, because the orientation of an AVIF is
 * in its own properties (`irot`, `imir`), which the decoder applies. Of an image sequence, its still picture counts.
 * @throws UnsupportedPictureError for another codec; UndecodablePictureError, TooComplexPictureError
 */
export function avifStructure(bytes: Buffer): Structure {
  const items = readItems(bytes);
  const primary = items.types.get(items.primary);
  if (primary !== 'av01' && primary !== 'grid') throw unsupported(primary);
  const codedPixels = pixelsOf(items, decodedItems(items));
  const structure = { bytes: asStill(withoutOthers(bytes, items)), codedPixels };
  return items.isCut ? { ...structure, damage: 'its image data end early' } : structure;
}

function readItems(bytes: Buffer): HeifItems {
  try {
    const items = heifItems(bytes);
    if (items) return items;
    if (!hasBox(bytes, 'meta') && hasBox(bytes, 'moov'))
      throw new UnsupportedPictureError('an AVIF image sequence without a still picture', GET_A_JPEG);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw damaged('its list of items is damaged or ends early');
}

function outerBoxes(bytes: Buffer, type: string): readonly MediaBox[] {
  return boxesIn(bytes, 0, bytes.length).filter((box) => box.type === type);
}

function hasBox(bytes: Buffer, type: string): boolean {
  return outerBoxes(bytes, type).length > 0;
}

/**
 * Makes a file whose major brand is that of a sequence (`avis`), or a general one, a still picture. Because libvips
 * knows an AVIF by its major brand only, and so that no other reader takes the tracks of a sequence for the picture.
 */
function asStill(bytes: Buffer): Buffer {
  const tracks = outerBoxes(bytes, 'moov');
  const isStill = bytes.toString('latin1', MAJOR_BRAND_AT, MAJOR_BRAND_AT + 4) === STILL && tracks.length === 0;
  if (isStill) return bytes;
  const copy = Buffer.from(bytes);
  copy.write(STILL, MAJOR_BRAND_AT, 'latin1');
  for (const { typeAt } of tracks) copy.write('free', typeAt, 'latin1');
  return copy;
}

function damaged(reason: string): UndecodablePictureError {
  return new UndecodablePictureError('AVIF', reason);
}

function unsupported(type = 'none'): UnsupportedPictureError {
  const codec = type.replace(/[^\x20-\x7e]/g, '?');
  return ['hvc1', 'hev1'].includes(type)
    ? new UnsupportedPictureError('a HEIC picture', GET_A_JPEG)
    : new UnsupportedPictureError(`a HEIF picture with the codec "${codec}"`, GET_A_JPEG);
}

/** The primary picture, its tiles, its transparency and the tiles of that, each as often as it is decoded. */
function decodedItems({ primary, references }: HeifItems): readonly number[] {
  const tiles = Map.groupBy(
    references.filter(({ type }) => type === 'dimg'),
    ({ from }) => from,
  );
  const planes = Map.groupBy(
    references.filter(({ type }) => type === 'auxl').flatMap(({ from, to }) => to.map((item) => ({ from, item }))),
    ({ item }) => item,
  );
  const decoded = [primary];
  for (let at = 0; at < decoded.length; at++) {
    const item = decoded[at] as number;
    const parts = [
      ...(tiles.get(item) ?? []).flatMap(({ to }) => to),
      ...(planes.get(item) ?? []).map(({ from }) => from),
    ];
    for (const part of parts) decoded.push(part);
    if (decoded.length > MAX_TILES + 2) throw new TooComplexPictureError(`at most ${MAX_TILES} tiles`, 'more');
  }
  return decoded;
}

function pixelsOf(items: HeifItems, decoded: readonly number[]): number {
  const known = new Map<number, number>();
  return decoded.reduce((sum, item) => {
    const pixels = known.get(item) ?? codedPixels(items, item);
    known.set(item, pixels);
    return sum + pixels;
  }, 0);
}

function codedPixels({ types, sizes, headers, data }: HeifItems, item: number): number {
  const type = types.get(item);
  if (type === 'grid') return 0;
  const [declared, bytes] = [sizes.get(item), data.get(item)];
  if (type !== 'av01' || !declared || !bytes) throw damaged('a part of the picture is missing, or is not AV1');
  try {
    const { size, count } = av1Frames(Buffer.concat([headers.get(item) ?? Buffer.alloc(0), bytes]));
    if (size.width > declared.width || size.height > declared.height)
      throw damaged('its frames are larger than the size that the file declares');
    return size.width * size.height * Math.max(1, count);
  } catch (error) {
    throw error instanceof RangeError ? damaged('the headers of its frames are damaged or end early') : error;
  }
}

function withoutOthers(bytes: Buffer, { types, typesAt }: HeifItems): Buffer {
  const others = [...types].filter(([, type]) => OTHERS.includes(type));
  if (others.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  for (const [item] of others) copy.write(UNKNOWN, typesAt.get(item) ?? 0, 'latin1');
  return copy;
}
