import { Edit, type Structure } from './edit.ts';
import { TooComplexPictureError } from './errors.ts';
import { withOrientationOnly } from './exif.ts';

/** Most scans. Encoders write up to 12, and each is decoded over the whole picture, even where it has no data. */
const MAX_SCANS = 100;
/** Most pixels of all scans together: 50 scans of 50 megapixels, which take 2.4 s in arithmetic coding. */
const MAX_SCANNED_PIXELS = 2.5e9;
/** Most other segments. Cameras write under 200. Because libvips keeps 450 bytes for an empty one: 1.8 GB for 25 MB. */
const MAX_SEGMENTS = 1000;

/** Markers, by the byte behind `FF`. */
const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, rst0: 0xd0, rst7: 0xd7, app1: 0xe1, tem: 0x01 } as const;
/** Start of frame, where scans must have the parameters 0, 63, 0: baseline, extended, and extended arithmetic. */
const SEQUENTIAL: readonly number[] = [0xc0, 0xc1, 0xc9];
const PROGRESSIVE: readonly number[] = [0xc2, 0xca];

/**
 * Walks the segments of a JPEG and mends what has no effect on its pixels, so that every warning of the decoder means
 * damage: a missing end marker, bytes between segments, wrong parameters of a sequential scan (phones of Samsung). Of
 * EXIF data, only the orientation stays.
 * @throws TooComplexPictureError
 */
export function jpegStructure(bytes: Buffer): Structure {
  return new Walk(bytes).structure();
}

class Walk {
  private readonly bytes: Buffer;
  private readonly edit: Edit;
  private scans = 0;
  private segments = 0;
  /** Marker of the frame header. */
  private frame = 0;
  private pixels = 0;
  private components: readonly number[] = [];
  /** Components whose scans of their first, and of further coefficients were seen. */
  private readonly first = new Set<number>();
  private readonly further = new Set<number>();

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.edit = new Edit(bytes);
  }

  structure(): Structure {
    const hasEnd = this.walk();
    if (!hasEnd) this.edit.replace(this.bytes.length, this.bytes.length, Buffer.from([0xff, MARKER.eoi]));
    const damage = this.missing();
    return { bytes: this.edit.result(), ...(damage && { damage }) };
  }

  /** @returns whether the end marker was reached */
  private walk(): boolean {
    let at = 2;
    while (at + 1 < this.bytes.length) {
      const marker = this.nextMarker(at);
      if (marker === undefined) return false;
      const code = this.bytes[marker + 1] as number;
      if (code === MARKER.eoi) return true;
      at = isAlone(code) ? marker + 2 : this.segment(marker, code);
    }
    return false;
  }

  /** The next marker, without the bytes before it that are none. */
  private nextMarker(from: number): number | undefined {
    let at = this.bytes.indexOf(0xff, from);
    while (at >= 0 && at + 1 < this.bytes.length && [0x00, 0xff].includes(this.bytes[at + 1] as number))
      at = this.bytes.indexOf(0xff, at + 1);
    if (at < 0 || at + 1 >= this.bytes.length) return undefined;
    if (at > from) this.edit.replace(from, at);
    return at;
  }

  /** @returns the position behind the segment, and behind the data of a scan */
  private segment(at: number, code: number): number {
    if (at + 4 > this.bytes.length) return this.bytes.length;
    const end = Math.min(at + 2 + Math.max(2, this.bytes.readUInt16BE(at + 2)), this.bytes.length);
    const body = this.bytes.subarray(at + 4, end);
    if (code === MARKER.app1 && body.toString('latin1', 0, 4) === 'Exif') this.edit.replace(at, end, exifSegment(body));
    if (code === MARKER.sos) return this.scan(body, end);
    this.segments++;
    if (this.segments > MAX_SEGMENTS) throw new TooComplexPictureError(`at most ${MAX_SEGMENTS} segments`, 'more');
    if (SEQUENTIAL.includes(code) || PROGRESSIVE.includes(code)) {
      this.frame = code;
      this.pixels = body.length < 5 ? 0 : body.readUInt16BE(1) * body.readUInt16BE(3);
      this.components = Array.from({ length: body[5] ?? 0 }, (_, index) => body[6 + index * 3] ?? 0);
    }
    return end;
  }

  private scan(body: Buffer, end: number): number {
    this.scans++;
    const most = Math.min(MAX_SCANS, Math.floor(MAX_SCANNED_PIXELS / this.pixels));
    if (this.scans > most) throw new TooComplexPictureError(`at most ${most} scans`, 'more');
    const count = body[0] ?? 0;
    const parameters = 1 + 2 * count;
    const isSequential = SEQUENTIAL.includes(this.frame);
    const isFirst = isSequential || body[parameters] === 0;
    const seen = isFirst ? this.first : this.further;
    for (let index = 0; index < count; index++) seen.add(body[1 + 2 * index] ?? 0);
    if (isSequential && body.length === parameters + 3 && !body.subarray(parameters).equals(WHOLE))
      this.edit.replace(end - 3, end, WHOLE);
    return this.endOfData(end);
  }

  /** Data of a scan has markers of restarts, and a zero behind each other `FF`. */
  private endOfData(from: number): number {
    let at = this.bytes.indexOf(0xff, from);
    while (at >= 0 && at + 1 < this.bytes.length && isData(this.bytes[at + 1] as number))
      at = this.bytes.indexOf(0xff, at + 1);
    return at < 0 ? this.bytes.length : at;
  }

  private missing(): string | undefined {
    const absent = this.components.filter((id) => !this.first.has(id));
    if (absent.length > 0) return 'a scan of its data is missing';
    const isIncomplete = PROGRESSIVE.includes(this.frame) && this.components.some((id) => !this.further.has(id));
    return isIncomplete ? 'the scans of its details are missing' : undefined;
  }
}

function exifSegment(body: Buffer): Buffer {
  const exif = withOrientationOnly(body);
  return Buffer.concat([Buffer.from([0xff, MARKER.app1, 0, exif.length + 8]), Buffer.from('Exif\0\0'), exif]);
}

/** Parameters of a scan that has all coefficients. */
const WHOLE = Buffer.from([0, 63, 0]);

function isAlone(code: number): boolean {
  return (code >= MARKER.rst0 && code <= MARKER.soi) || code === MARKER.tem;
}

function isData(code: number): boolean {
  return code === 0x00 || code === 0xff || (code >= MARKER.rst0 && code <= MARKER.rst7);
}
