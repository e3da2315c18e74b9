import type { Size } from './raster.ts';

/** The header of a JPEG's frame. */
export interface FrameHeader extends Size {
  /** The marker, by the byte behind `FF`. */
  readonly code: number;
  /** Bits of a sample. */
  readonly precision: number;
  readonly components: number;
  /** Whether it has the length for its components. */
  readonly isWhole: boolean;
}

/** Reads the header of a frame from its segment, without marker and length. */
export function frameHeader(code: number, body: Buffer): FrameHeader {
  const [precision = 0, , , , , components = 0] = body;
  const [height, width] = body.length < 5 ? [0, 0] : [body.readUInt16BE(1), body.readUInt16BE(3)];
  return { code, precision, height, width, components, isWhole: body.length === 6 + 3 * components };
}

/** Start of frame of nearly all files: baseline, extended, progressive. */
const USUAL: readonly number[] = [0xc0, 0xc1, 0xc2];

/**
 * Size of the upright picture. Undefined for unusual or several headers, where the decoder could see another size.
 * @param frames all headers of frames
 * @param orientations by EXIF, of the segments before the first scan
 */
export function uprightSize(frames: readonly FrameHeader[], orientations: readonly number[]): Size | undefined {
  const [frame] = frames;
  const [orientation = 1] = orientations;
  if (!frame || frames.length > 1 || orientations.length > 1 || !isUsual(frame)) return undefined;
  const { width, height } = frame;
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

function isUsual({ code, precision, width, height, components, isWhole }: FrameHeader): boolean {
  return USUAL.includes(code) && precision === 8 && width * height > 0 && [1, 3, 4].includes(components) && isWhole;
}
