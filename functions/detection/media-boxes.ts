/** A box of an ISO media file (ISO/IEC 14496-12), with the positions of its content. */
export interface MediaBox {
  readonly type: string;
  readonly typeAt: number;
  readonly start: number;
  readonly end: number;
}

/** Most boxes in one other. Cameras write under 100; each tile of a picture has one or two. */
const MAX_BOXES = 5000;

/** Boxes that follow each other, up to the first one that is damaged. @throws RangeError where there are too many */
export function boxesIn(bytes: Buffer, from: number, to: number): readonly MediaBox[] {
  const boxes: MediaBox[] = [];
  for (let at = from; at + 8 <= to; ) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    const size = short === 1 && at + 16 <= to ? Number(bytes.readBigUInt64BE(at + 8)) : short || to - at;
    if (size < head) return boxes;
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      typeAt: at + 4,
      start: at + head,
      end: Math.min(at + size, to),
    });
    if (boxes.length > MAX_BOXES) throw new RangeError(`Expected at most ${MAX_BOXES} boxes, received more`);
    at += size;
  }
  return boxes;
}

/** Reads numbers one after another. Its methods throw RangeError behind the end. */
export class ByteReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Unsigned and big-endian. @param width bytes: 0 (gives 0), 1, 2, 3, 4 or 8 */
  number(width: number): number {
    const from = this.at;
    this.at += width;
    if (width === 0) return 0;
    return width === 8 ? Number(this.bytes.readBigUInt64BE(from)) : this.bytes.readUIntBE(from, width);
  }

  skip(width: number): void {
    this.at += width;
  }

  /** Position of the next byte. */
  get position(): number {
    return this.at;
  }
}
