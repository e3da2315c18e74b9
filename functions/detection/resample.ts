import type { Raster } from './raster.ts';
import { RESAMPLE } from './resample-wasm.ts';
import type { Taps } from './taps.ts';

/** The exports of `resample.wat`. Addresses and lengths are in bytes. */
interface Loops {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  addTwo(sums: number, end: number, a: number, b: number, weightA: number, weightB: number): void;
  addFour(...pointersAndWeights: readonly number[] & { readonly length: 10 }): void;
  blendColumns(...pointersAndFactors: readonly number[] & { readonly length: 15 }): void;
}

/** As far as it is used here; the types of Node have no WebAssembly. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

const compiled = new WebAssembly.Module(Buffer.from(RESAMPLE, 'base64'));
const loops = new WebAssembly.Instance(compiled).exports as Loops;

/** One channel in a tensor: value = pixel · gain + bias, at offset + position · step. */
export interface Plane {
  readonly offset: number;
  readonly step: number;
  readonly gain: number;
  readonly bias: number;
}

/** The planes of red, green and blue. */
export type Planes = readonly [Plane, Plane, Plane];

/** Page of WebAssembly's memory, bytes. */
const PAGE = 65_536;
/** Between two areas, because loops read and write up to a vector behind a row. Bytes. */
const MARGIN = 16;
/** Rows of a picture that are blended in one pass over memory. */
const ROWS = 4;

/**
 * Resamples the rows of a picture, in the memory of `resample.wat`, which all pictures share: no other may be resampled
 * before the last row of this one.
 */
export class RowResampler {
  /** The last row: 3 planes or pixels of 3 values. */
  readonly values: Float32Array;
  private readonly raster: Raster;
  private readonly rows: Taps;
  private readonly columns: Taps;
  private readonly planes: Planes;
  private readonly source: Uint8Array;
  private readonly sums: Float32Array;
  private readonly first: Int32Array;
  private readonly weights: Float32Array;

  /** @param planes of a tensor of one row */
  constructor(raster: Raster, rows: Taps, columns: Taps, planes: Planes) {
    this.raster = raster;
    this.rows = rows;
    this.columns = columns;
    this.planes = planes;
    const width = 3 * raster.width;
    const targets = columns.first.length;
    const lengths = [ROWS * width, 4 * width, 4 * targets, 4 * columns.weights.length, 12 * targets];
    const [source = 0, sums = 0, first = 0, weights = 0, values = 0, end = 0] = addresses(lengths);
    const missing = Math.ceil((end - loops.memory.buffer.byteLength) / PAGE);
    if (missing > 0) loops.memory.grow(missing);
    const { buffer } = loops.memory;
    this.source = new Uint8Array(buffer, source, ROWS * width);
    this.sums = new Float32Array(buffer, sums, width);
    this.first = new Int32Array(buffer, first, targets);
    this.weights = new Float32Array(buffer, weights, columns.weights.length);
    this.values = new Float32Array(buffer, values, 3 * targets);
    this.first.set(columns.first);
    this.weights.set(columns.weights);
  }

  /** Computes row `y` of the result into `values`. */
  resample(y: number): void {
    this.sums.fill(0);
    for (let tap = 0; tap < this.rows.count; tap += ROWS) this.addRows(y, tap);
    this.blendColumns();
  }

  /** Adds up to four rows of the picture, from a tap on. Rows that are not needed have the weight 0. */
  private addRows(y: number, tap: number): void {
    const { count, first, weights } = this.rows;
    const { byteOffset: a } = this.source;
    const { byteOffset: sums, byteLength } = this.sums;
    const width = 3 * this.raster.width;
    const used = Math.min(ROWS, count - tap);
    const from = ((first[y] as number) + tap) * width;
    this.source.set(this.raster.pixels.subarray(from, from + used * width));
    const weight = (index: number) => (index < used ? (weights[y * count + tap + index] as number) : 0);
    const end = sums + byteLength;
    const b = a + width;
    if (used <= 2) loops.addTwo(sums, end, a, b, weight(0), weight(1));
    else loops.addFour(sums, end, a, b, b + width, b + 2 * width, weight(0), weight(1), weight(2), weight(3));
  }

  private blendColumns(): void {
    const [r, g, b] = this.planes;
    const { byteOffset: first, byteLength } = this.first;
    const { byteOffset: values } = this.values;
    loops.blendColumns(
      this.sums.byteOffset,
      first,
      first + byteLength,
      this.weights.byteOffset,
      this.columns.count,
      values + 4 * r.offset,
      values + 4 * g.offset,
      values + 4 * b.offset,
      4 * r.step,
      r.gain,
      g.gain,
      b.gain,
      r.bias,
      g.bias,
      b.bias,
    );
  }
}

/** Addresses of areas of these lengths, one behind the other, and of their end. */
function addresses(lengths: readonly number[]): number[] {
  const starts = [0];
  for (const length of lengths) starts.push(Math.ceil(((starts.at(-1) as number) + length) / MARGIN + 1) * MARGIN);
  return starts;
}
