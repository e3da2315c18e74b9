import { adviceFor } from './advice.ts';
import { UnsupportedPictureError } from './errors.ts';

/** Formats that are decoded. */
export type Format = 'JPEG' | 'PNG' | 'WebP' | 'AVIF';

/** The format by the first bytes of a file. @throws UnsupportedPictureError that names another known format */
export function formatOf(bytes: Uint8Array): Format {
  const head = Buffer.from(bytes.subarray(0, 512));
  const hex = head.toString('hex');
  if (hex.startsWith('ffd8ff')) return 'JPEG';
  if (hex.startsWith('89504e470d0a1a0a')) return 'PNG';
  if (/^52494646.{8}57454250/.test(hex)) return 'WebP';
  const media = mediaFile(head);
  if (media === AVIF) return 'AVIF';
  const name = media ?? tiff(bytes) ?? known(hex) ?? other(hex);
  throw new UnsupportedPictureError(name, adviceFor(name));
}

/** Formats that callers often send by mistake, by first bytes in hex, so that the error can name them. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^474946383[79]61/, 'a GIF'],
  [/^25504446/, 'a PDF'],
  [/^424d.{8}0{8}/, 'a BMP'],
  [/^(ff0a|0000000c4a584c20)/, 'a JPEG XL picture'],
  [/^(ff4fff51|0000000c6a502020)/, 'a JPEG 2000 picture'],
  [/^4949bc01/, 'a JPEG XR picture'],
  [/^(49495500|4949524f|49495253|4d4d4f52|46554a4946494c4d)/, 'a camera raw picture'],
  [/^89504e470a1a0a|^89504e470d0d0a1a0d0a/, 'a PNG whose line ends were changed, as by a transfer in text mode'],
  [/^efbfbd/, 'bytes that were read as UTF-8 text and written again'],
  [/^(2f396a2f|6956424f5277|556b6c4752|646174613a)/, 'a picture as base64 text'],
  [/^38425053/, 'a Photoshop document'],
  [/^00000[12]00/, 'an icon (ICO)'],
  [/^1a45dfa3/, 'a Matroska or WebM video'],
  [/^52494646.{8}415649/, 'an AVI video'],
  [/^504b030[4-6]/, 'a ZIP archive'],
  [/^1f8b/, 'gzip data'],
  [/^28b52ffd/, 'Zstandard data'],
  [/^(efbbbf)?(09|0a|0d|20)*3c/, 'markup (HTML, SVG or XML)'],
  [/^([2-6][0-9a-f]|7[0-9a-e]|09|0a|0d){1,12}$/, 'text'],
];

function known(hex: string): string | undefined {
  const start = hex.slice(0, 24);
  return OTHERS.find(([pattern]) => pattern.test(start))?.[1];
}

function other(hex: string): string {
  return `content that starts with the bytes ${hex.slice(0, 24)}`;
}

const AVIF = 'an AVIF picture';

/**
 * Formats of ISO media files, by brand. HEIC and AVIF pictures often have a general major brand, and their own one
 * among the compatible brands.
 * @see https://mp4ra.org/registered-types/brands
 */
const BRANDS: readonly (readonly [RegExp, string])[] = [
  [/^avi[fs]$/, AVIF],
  [/^he(ic|ix|im|is|vc|vx|vm|vs)$/, 'a HEIC picture'],
  [/^crx $/, 'a Canon CR3 raw picture'],
  [/^qt {2}$/, 'a QuickTime video (MOV)'],
  [/^(mif|msf)1$/, 'a HEIF picture'],
  [/^(mp4\d|iso\w|avc1|M4[VAP] |MSNV|3g[p2]\w|dash|f4v |mmp4)$/, 'an MP4 video'],
];

/** QuickTime files of before 2001 start with one of these boxes instead of their brands. */
const OLD_QUICKTIME = /^(moov|mdat|wide|pnot|skip)$/;

function mediaFile(head: Buffer): string | undefined {
  const box = head.toString('latin1', 4, 8);
  if (OLD_QUICKTIME.test(box)) return 'a QuickTime video (MOV)';
  if (box !== 'ftyp') return undefined;
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [head.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.toString('latin1', at, at + 4));
  return BRANDS.find(([pattern]) => brands.some((brand) => pattern.test(brand)))?.[1];
}

/** Most entries of a TIFF directory that are read. Cameras write under 100. */
const MAX_ENTRIES = 1000;
/** Only DNG files have this tag (DNGVersion). */
const DNG_VERSION = 50_706;

/** A TIFF, or one of the raw formats of cameras that are TIFFs. */
function tiff(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const order = start.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return undefined;
  const u16 = (at: number) => (order === 'II' ? start.readUInt16LE(at) : start.readUInt16BE(at));
  const u32 = (at: number) => (order === 'II' ? start.readUInt32LE(at) : start.readUInt32BE(at));
  if (start.length < 8 || ![42, 43].includes(u16(2))) return undefined;
  const at = u32(4);
  if (at + 2 > start.length) return 'a TIFF';
  const entries = Math.min(u16(at), MAX_ENTRIES, Math.floor((start.length - at - 2) / 12));
  for (let entry = 0; entry < entries; entry++)
    if (u16(at + 2 + entry * 12) === DNG_VERSION) return 'a DNG raw picture';
  return 'a TIFF';
}
