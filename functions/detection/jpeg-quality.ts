/** At which quality a JPEG was encoded, from its quantisation table. */

/** Luminance table of ITU-T T.81, table K.1, in the zigzag order of files. */
const STANDARD = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];

const MARKER = { soi: 0xffd8, dqt: 0xdb, sos: 0xda } as const;
/** Largest value of a table of 8 bits; the scale of quality 1. */
const LARGEST = 255;
const COARSEST = 5000;
/** Segments are searched up to this byte: tables are before the data, thumbnails and profiles may be before them. */
const SEARCHED = 262_144;

/**
 * Quality of a JPEG, 1–100, as libjpeg counts it: table value = standard value · scale / 100, with scale = 5000 /
 * quality below 50 and 200 − 2 · quality above. For tables of other encoders, the quality at which libjpeg quantises as
 * coarsely.
 * @returns undefined for other formats, and for a JPEG without a table before its data
 */
export function jpegQualityOf(file: Uint8Array): number | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, SEARCHED));
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== MARKER.soi) return undefined;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const code = bytes[at + 1] as number;
    if (code === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const scale = code === MARKER.dqt ? scaleIn(bytes.subarray(at + 4, end)) : undefined;
    if (scale !== undefined) return qualityAt(scale);
    if (code === MARKER.sos) return undefined;
    at = end;
  }
  return undefined;
}

/** Mean ratio of table 0 to the standard one, percent. A segment can have several tables. */
function scaleIn(tables: Buffer): number | undefined {
  for (let at = 0; at < tables.length; ) {
    const [isWide, id] = [(tables[at] as number) >> 4, (tables[at] as number) & 0x0f];
    const size = isWide ? 2 : 1;
    const values = tables.subarray(at + 1, at + 1 + 64 * size);
    if (values.length < 64 * size) return undefined;
    if (id === 0) return meanScale((index) => (isWide ? values.readUInt16BE(2 * index) : (values[index] as number)));
    at += 1 + 64 * size;
  }
  return undefined;
}

/** Values of 1 and of 255 or more are bounds, which hide the scale. A table of ones is that of quality 100. */
function meanScale(valueAt: (index: number) => number): number {
  const scales = STANDARD.flatMap((standard, index) => {
    const value = valueAt(index);
    return value > 1 && value < LARGEST ? [(100 * value) / standard] : [];
  });
  const bound = valueAt(0) > 1 ? COARSEST : 0;
  return scales.length === 0 ? bound : scales.reduce((sum, scale) => sum + scale, 0) / scales.length;
}

function qualityAt(scale: number): number {
  const quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
  return Math.min(100, Math.max(1, Math.round(quality)));
}
