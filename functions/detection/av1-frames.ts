import type { Size } from './raster.ts';

/** What a decoder makes of AV1 data. */
export interface Av1Frames {
  /** Largest size of a frame, by the sequence headers. */
  readonly size: Size;
  /** Frames, shown or not: the decoder decodes each. */
  readonly count: number;
}

const OBU = { sequenceHeader: 1, frameHeader: 3, frame: 6 } as const;

/**
 * Reads the headers of AV1 data, without decoding them.
 * @see https://aomediacodec.github.io/av1-spec/#obu-syntax
 * @throws RangeError where the data end in a header
 */
export function av1Frames(data: Buffer): Av1Frames {
  let [width, height, count] = [0, 0, 0];
  for (let at = 0; at < data.length; ) {
    const first = data.readUInt8(at);
    const type = (first >> 3) & 15;
    const head = first & 4 ? 2 : 1;
    const { value, bytes } = first & 2 ? leb128(data, at + head) : { value: data.length - at - head, bytes: 0 };
    const start = at + head + bytes;
    if (type === OBU.sequenceHeader) {
      const size = sequenceSize(new BitReader(data.subarray(start, start + value)));
      [width, height] = [Math.max(width, size.width), Math.max(height, size.height)];
    }
    if (type === OBU.frame || type === OBU.frameHeader) count++;
    at = start + value;
  }
  return { size: { width, height }, count };
}

function leb128(data: Buffer, from: number): { value: number; bytes: number } {
  let value = 0;
  for (let bytes = 1; bytes <= 8; bytes++) {
    const byte = data.readUInt8(from + bytes - 1);
    value += (byte & 0x7f) * 2 ** (7 * (bytes - 1));
    if (byte < 0x80) return { value, bytes };
  }
  throw new RangeError('Expected a number of at most 8 bytes, received a longer one');
}

/** @see https://aomediacodec.github.io/av1-spec/#sequence-header-obu-syntax */
function sequenceSize(bits: BitReader): Size {
  bits.read(4);
  const isReduced = bits.read(1) === 1;
  if (isReduced) bits.read(5);
  else skipOperatingPoints(bits);
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1];
  return { width: bits.read(widthBits) + 1, height: bits.read(heightBits) + 1 };
}

function skipOperatingPoints(bits: BitReader): void {
  const delayBits = bits.read(1) ? skipTimingInfo(bits) : undefined;
  const hasInitialDelay = bits.read(1) === 1;
  const count = bits.read(5) + 1;
  for (let point = 0; point < count; point++) {
    bits.read(12);
    if (bits.read(5) > 7) bits.read(1);
    if (delayBits !== undefined && bits.read(1)) {
      bits.read(delayBits);
      bits.read(delayBits);
      bits.read(1);
    }
    if (hasInitialDelay && bits.read(1)) bits.read(4);
  }
}

/** @returns bits of a buffer's delay, where there is a decoder model */
function skipTimingInfo(bits: BitReader): number | undefined {
  bits.read(32);
  bits.read(32);
  if (bits.read(1)) skipVariableLength(bits);
  if (!bits.read(1)) return undefined;
  const delayBits = bits.read(5) + 1;
  bits.read(32);
  bits.read(10);
  return delayBits;
}

/** @see https://aomediacodec.github.io/av1-spec/#uvlc */
function skipVariableLength(bits: BitReader): void {
  let zeros = 0;
  while (bits.read(1) === 0) zeros++;
  if (zeros < 32) bits.read(zeros);
}

class BitReader {
  private readonly data: Buffer;
  private at = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  /** @param width bits, at most 32 */
  read(width: number): number {
    let value = 0;
    for (let bit = 0; bit < width; bit++, this.at++)
      value = value * 2 + ((this.data.readUInt8(this.at >> 3) >> (7 - (this.at & 7))) & 1);
    return value;
  }
}
