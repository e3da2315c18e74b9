import { Edit, type Structure } from './edit.ts';
import { TooComplexPictureError } from './errors.ts';
import { orientationIn, withOrientationOnly } from './exif.ts';
import { type FrameHeader, frameHeader, uprightSize } from './jpeg-frame.ts';

/** Most scans. Encoders write up to 12, and each is decoded over the whole picture, even where it has no data. */
const MAX_SCANS = 100;
/** Most pixels of all scans together: 50 scans of 50 megapixels, which take 2.4 s in arithmetic coding. */
const MAX_SCANNED_PIXELS = 2.5e9;
/**
 * Most other segments, and markers without one. Cameras write under 200. Because libvips keeps 450 bytes for an empty
 * one, 1.8 GB for 25 MB, and to remove bytes before each marker takes 39 s for 20 MB.
 */
const MAX_SEGMENTS = 1000;

/** Markers, by the byte behind `FF`. */
const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, rst0: 0xd0, rst7: 0xd7, app1: 0xe1, tem: 0x01 } as const;
/** Start of frame, where scans must have the parameters 0, 63, 0: baseline, extended, and extended arithmetic. */
const SEQUENTIAL: readonly number[] = [0xc0, 0xc1, 0xc9];
const PROGRESSIVE: readonly number[] = [0xc2, 0xca];
/** More bits than a coefficient has: no scan had it. */
const ALL_BITS = 16;

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
  /** Position of the data of its first scan. */
  private data = 0;
  private components: readonly number[] = [];
  /** All headers of frames, and the orientations before the first scan. */
  private readonly frames: FrameHeader[] = [];
  private readonly orientations: number[] = [];
  /** Of each component, how many of the last bits of its 64 coefficients were not in a scan. */
  private readonly absentBits = new Map<number, Uint8Array>();

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.edit = new Edit(bytes);
  }

  structure(): Structure {
    const hasEnd = this.walk();
    if (!hasEnd) this.edit.replace(this.bytes.length, this.bytes.length, Buffer.from([0xff, MARKER.eoi]));
    const damage = this.missing();
    // Because sharp's error about a damaged header comes before the damage that the walk finds.
    const hasSize = damage === undefined && this.scans > 0;
    const size = hasSize ? uprightSize(this.frames, this.orientations) : undefined;
    return { bytes: this.edit.result(), ...(damage && { damage }), ...(size && { size }) };
  }

  /** @returns whether the end marker was reached */
  private walk(): boolean {
    let at = 2;
    while (at + 1 < this.bytes.length) {
      const marker = this.nextMarker(at);
      if (marker === undefined) return false;
      const code = this.bytes[marker + 1] as number;
      if (code === MARKER.eoi) return true;
      if (code !== MARKER.sos) this.countSegment();
      at = isAlone(code) ? marker + 2 : this.segment(marker, code);
    }
    return false;
  }

  private countSegment(): void {
    this.segments++;
    if (this.segments > MAX_SEGMENTS) throw new TooComplexPictureError(`at most ${MAX_SEGMENTS} segments`, 'more');
  }

  /** The next marker, without the bytes before it that are none. */
  private nextMarker(from: number): number | undefined {
    const at = find(this.bytes, from, isNoMarker);
    if (at + 1 >= this.bytes.length) return undefined;
    if (at > from) this.edit.replace(from, at);
    return at;
  }

  /** @returns the position behind the segment, and behind the data of a scan */
  private segment(at: number, code: number): number {
    if (at + 4 > this.bytes.length) return this.bytes.length;
    const end = Math.min(at + 2 + Math.max(2, this.bytes.readUInt16BE(at + 2)), this.bytes.length);
    const body = this.bytes.subarray(at + 4, end);
    if (code === MARKER.app1 && body.toString('latin1', 0, 4) === 'Exif') {
      this.edit.replace(at, end, exifSegment(body));
      if (this.scans === 0) this.orientations.push(orientationIn(body));
    }
    if (code === MARKER.sos) return this.scan(body, end);
    if (SEQUENTIAL.includes(code) || PROGRESSIVE.includes(code)) {
      this.frame = code;
      this.frames.push(frameHeader(code, body));
      this.pixels = body.length < 5 ? 0 : body.readUInt16BE(1) * body.readUInt16BE(3);
      this.components = Array.from({ length: body[5] ?? 0 }, (_, index) => body[6 + index * 3] ?? 0);
    }
    return end;
  }

  private scan(body: Buffer, end: number): number {
    this.scans++;
    this.data ||= end;
    const most = this.mostScans();
    if (this.scans > most) throw new TooComplexPictureError(`at most ${most} scans`, 'more');
    const count = body[0] ?? 0;
    const parameters = 1 + 2 * count;
    const isSequential = SEQUENTIAL.includes(this.frame);
    const [first = 0, last = 0, bits = 0] = isSequential ? WHOLE : body.subarray(parameters);
    for (let index = 0; index < count; index++) {
      const absent = this.absentBits.get(body[1 + 2 * index] ?? 0) ?? new Uint8Array(64).fill(ALL_BITS);
      // In a progressive picture, the lower half of the byte is the number of bits that later scans have.
      absent.fill(bits & 0x0f, first, last + 1);
      this.absentBits.set(body[1 + 2 * index] ?? 0, absent);
    }
    if (isSequential && body.length === parameters + 3 && !body.subarray(parameters).equals(WHOLE))
      this.edit.replace(end - 3, end, WHOLE);
    return find(this.bytes, end, isData);
  }

  /** A picture that has too many pixels to be decoded is rejected for these, after its structure was read. */
  private mostScans(): number {
    if (this.pixels > MAX_SCANNED_PIXELS) return MAX_SCANS;
    return Math.min(MAX_SCANS, Math.floor(MAX_SCANNED_PIXELS / this.pixels));
  }

  private missing(): string | undefined {
    const absent = this.components.map((id) => this.absentBits.get(id) ?? Uint8Array.of(ALL_BITS));
    if (absent.some(([first]) => first === ALL_BITS)) return 'a scan of its data is missing';
    if (absent.some((bits) => bits.some((each) => each > 0))) return 'the scans of its details are missing';
    return hasTextLines(this.bytes.subarray(this.data))
      ? 'its line ends were changed, as by a transfer in text mode'
      : undefined;
  }
}

/** Least lines of data that is judged by their ends. By chance, all have a CR in one of 256^16 files. */
const LEAST_LINES = 16;
/** Bytes before a line's end by which lines are told apart. */
const CONTEXT_BYTES = 3;

/**
 * Whether each LF is behind a CR, as in a file that was transferred as text. No decoder warns of that. Lines that end
 * in the same bytes count once, because the data of a regular picture, such as a chessboard, repeats itself.
 */
function hasTextLines(data: Buffer): boolean {
  const lines = new Set<number>();
  for (let at = data.indexOf(0x0a); at >= 0; at = data.indexOf(0x0a, at + 1)) {
    if (data[at - 1] !== 0x0d) return false;
    const context = at - 1 - CONTEXT_BYTES;
    if (lines.size < LEAST_LINES && context >= 0) lines.add(data.readUIntBE(context, CONTEXT_BYTES));
  }
  return lines.size >= LEAST_LINES;
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

/** The next `FF` whose next byte does not match; the length where there is none. */
function find(bytes: Buffer, from: number, isOther: (next: number) => boolean): number {
  for (let at = nextFF(bytes, from); at < bytes.length; at = nextFF(bytes, at + 1)) {
    if (!isOther(bytes[at + 1] as number)) return at;
  }
  return bytes.length;
}

/** Bytes in which an `FF` is searched one by one. In the data of a JPEG, it is about 200 bytes to the next. */
const NEAR = 16;

/** `indexOf` is ten times as fast as a loop, but a file in which each other byte is an `FF` takes it seconds. */
function nextFF(bytes: Buffer, from: number): number {
  const near = Math.min(bytes.length, from + NEAR);
  for (let at = from; at < near; at++) {
    if (bytes[at] === 0xff) return at;
  }
  const far = bytes.indexOf(0xff, near);
  return far < 0 ? bytes.length : far;
}

function isNoMarker(code: number): boolean {
  return code === 0x00 || code === 0xff;
}

/** Data of a scan has markers of restarts, and a zero behind each other `FF`. */
function isData(code: number): boolean {
  return code === 0x00 || code === 0xff || (code >= MARKER.rst0 && code <= MARKER.rst7);
}
