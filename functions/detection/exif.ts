/** The tag of the orientation in the first directory of EXIF data. */
const ORIENTATION = 0x0112;
/** Most entries that are read. Cameras write under 100. */
const MAX_ENTRIES = 1000;
/** Bytes of a number, by its type in EXIF. */
const WIDTHS: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };

/**
 * EXIF data with the orientation of other EXIF data, and nothing else. Because decoders read all of it, and 65 KB of
 * directories that refer to each other take libexif 5 s.
 * @param data with or without the prefix `Exif\0\0`
 */
export function withOrientationOnly(data: Buffer): Buffer {
  const exif = Buffer.from('4d4d002a0000000800010112000300000001000100000000', 'hex');
  exif.writeUInt16BE(orientationIn(data), 18);
  return Buffer.concat([exif, Buffer.alloc(2)]);
}

/**
 * The orientation in EXIF data: 1 to 8; 1, upright, where there is none. From 5 on, width and height are exchanged.
 * @param data with or without the prefix `Exif\0\0`
 */
export function orientationIn(data: Buffer): number {
  const hasPrefix = data.toString('latin1', 0, 4) === 'Exif';
  return orientationOf(hasPrefix ? data.subarray(6) : data);
}

function orientationOf(tiff: Buffer): number {
  const order = tiff.toString('latin1', 0, 2);
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return 1;
  const read = (at: number, bytes: 1 | 2 | 4) =>
    order === 'II' ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes);
  const start = read(4, 4);
  if (start + 2 > tiff.length) return 1;
  const entries = Math.min(read(start, 2), MAX_ENTRIES, Math.floor((tiff.length - start - 2) / 12));
  for (let entry = 0; entry < entries; entry++) {
    const at = start + 2 + entry * 12;
    const width = WIDTHS[read(at + 2, 2)];
    if (read(at, 2) !== ORIENTATION || width === undefined) continue;
    const value = read(at + 8, width);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
