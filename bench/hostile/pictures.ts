import sharp from 'sharp';
import { mutated } from './mutate.ts';
import type { Random } from './random.ts';

/** Valid files of each format and of the features that decoders treat apart, to be mutated. @param picture any file */
export async function validPictures(picture: Buffer): Promise<readonly Buffer[]> {
  const small = () => sharp(picture).resize(320);
  const frame = await small().resize(64).png().toBuffer();
  return Promise.all([
    small().jpeg().toBuffer(),
    small().jpeg({ progressive: true }).toBuffer(),
    small().jpeg({ mozjpeg: true }).toBuffer(),
    small().toColourspace('cmyk').jpeg().toBuffer(),
    small().greyscale().jpeg().toBuffer(),
    small().withMetadata({ orientation: 6 }).withIccProfile('p3').jpeg().toBuffer(),
    small().png().toBuffer(),
    small().png({ progressive: true }).toBuffer(),
    small().toColourspace('rgb16').ensureAlpha(0.5).png().toBuffer(),
    small().png({ palette: true, colours: 16 }).toBuffer(),
    small().withMetadata({ orientation: 3 }).png().toBuffer(),
    small().webp().toBuffer(),
    small().webp({ lossless: true }).toBuffer(),
    small().ensureAlpha(0.5).withMetadata({ orientation: 8 }).webp().toBuffer(),
    small().avif({ effort: 0 }).toBuffer(),
    small().ensureAlpha(0.5).withMetadata({ orientation: 6 }).avif({ effort: 0 }).toBuffer(),
    sharp(Array<Buffer>(5).fill(frame), { join: { animated: true } })
      .webp()
      .toBuffer(),
  ]);
}

/** Parts of pictures that are repeated: markers, segments and chunks, without content or with little. */
const PARTS = [
  'ffd8',
  'ffd9',
  'ffda000c03010002110311003f00',
  'ffda0008010100013f10',
  'ffc0001108ffffffff03011100021100031100',
  'ffc2000b080447044701011100',
  'ffe10002',
  'ffe1000a457869660000',
  'ffdd00040001',
  'ffc4001400010000000000000000000000000000000000',
  'ffdb0043000101010101010101010101010101010101',
  '000000004944415400000000',
  '000000007a54587400000000',
  '0000000d49484452ffffffffffffffff1006000001',
  '414e4d4600000000',
  '5650385800000000',
  '4558494600000000',
  '000000146973706500000000ffffffffffffffff',
  '0000000866726565',
].map((hex) => Buffer.from(hex, 'hex'));

/** A picture that is damaged, or has parts that no encoder writes. */
export function hostilePicture(valid: readonly Buffer[], random: Random): Buffer {
  const picture = random.one(valid);
  if (random.happens(0.05)) return picture;
  if (random.happens(0.7)) return mutated(picture, random);
  const at = random.whole(2, picture.length);
  const parts = Buffer.alloc(random.size(400_000), random.one(PARTS));
  const changed = Buffer.concat([picture.subarray(0, at), parts, picture.subarray(at)]);
  return random.happens(0.3) ? mutated(changed, random) : changed;
}
