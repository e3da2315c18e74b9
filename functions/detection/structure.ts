import { crc32 } from 'node:zlib';
import { avifStructure } from './avif-structure.ts';
import { Edit, type Structure } from './edit.ts';
import { TooComplexPictureError } from './errors.ts';
import { withOrientationOnly } from './exif.ts';
import { jpegStructure } from './jpeg-structure.ts';
import type { Format } from './picture-format.ts';

/**
 * Walks the parts of a file before it is decoded, which takes milliseconds: bounds what makes a small file slow, and
 * removes what is not needed for the pixels.
 * @throws TooComplexPictureError; of an AVIF also UnsupportedPictureError, UndecodablePictureError
 */
export function structureOf(bytes: Uint8Array, format: Format): Structure {
  return STRUCTURES[format](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

const STRUCTURES: Readonly<Record<Format, (bytes: Buffer) => Structure>> = {
  JPEG: jpegStructure,
  PNG: pngStructure,
  WebP: webpStructure,
  AVIF: avifStructure,
};

/**
 * Most chunks without pixels. Encoders write under 50. Because libpng warns of each that is repeated: 1.6 million empty
 * ones (20 MB) take 4 s and 500 MB.
 */
const MAX_CHUNKS = 1000;
/** Chunks of a PNG with pixels, and the frames of an animated one, which libpng skips. */
const PIXELS: readonly string[] = ['IDAT', 'fdAT', 'fcTL'];

function checkChunks(count: number): void {
  if (count > MAX_CHUNKS) throw new TooComplexPictureError(`at most ${MAX_CHUNKS} chunks without pixels`, 'more');
}

/** Chunks of a PNG that are compressed text. Because libpng inflates each: a file of 25 MB can have 25 GB of text. */
const TEXTS: readonly string[] = ['zTXt', 'iTXt'];

/** A PNG without compressed texts, and of EXIF data with the orientation only. */
function pngStructure(bytes: Buffer): Structure {
  const edit = new Edit(bytes);
  let chunks = 0;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!PIXELS.includes(type)) checkChunks(++chunks);
    if (TEXTS.includes(type)) edit.replace(at, end);
    // What is behind the picture, as zeros up to a block's end, is not read.
    if (type === 'IEND') break;
    if (type === 'eXIf') edit.replace(at, end, pngChunk(type, withOrientationOnly(bytes.subarray(at + 8, end - 4))));
    at = end;
  }
  return { bytes: edit.result() };
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Most frames of an animation, because libwebp searches them from the first: 80,000 frames (4 MB) take 18 s. */
const MAX_FRAMES = 10_000;

/** A WebP, of EXIF data with the orientation only. */
function webpStructure(bytes: Buffer): Structure {
  const edit = new Edit(bytes);
  let [frames, chunks] = [0, 0];
  // Nothing behind it is read.
  const whole = bytes.length < 8 ? 0 : Math.min(bytes.length, 8 + bytes.readUInt32LE(4));
  for (let at = 12; at + 8 <= whole; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (type === 'ANMF') frames++;
    else checkChunks(++chunks);
    if (frames > MAX_FRAMES) throw new TooComplexPictureError(`at most ${MAX_FRAMES} frames`, 'more');
    if (type === 'EXIF' && end <= bytes.length)
      edit.replace(at, end, webpChunk(type, withOrientationOnly(bytes.subarray(at + 8, end))));
    at = end;
  }
  const edited = edit.result();
  if (edited !== bytes) edited.writeUInt32LE(Math.max(0, bytes.readUInt32LE(4) + edited.length - bytes.length), 4);
  return { bytes: edited };
}

/** @param data with an even number of bytes */
function webpChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, data]);
}
