import type { Placement } from './letterbox.ts';
import type { Manifest } from './manifest.ts';
import type { Raster } from './raster.ts';
import { bilinearTaps, type Taps } from './taps.ts';
import { takeTensor } from './tensor-pool.ts';

type Input = Manifest['input'];

/**
 * Resamples a picture directly into the model's input tensor, in the manifest's channel order, layout and range. The
 * rest is filled with the manifest's pad.
 * @returns from the tensor pool, float32 values of shape [1, 3, height, width] or [1, height, width, 3]
 */
export function toTensor(raster: Raster, placed: Placement, input: Input): Float32Array {
  const tensor = takeTensor(3 * input.width * input.height);
  const planes = planesOf(input);
  if (placed.width < input.width || placed.height < input.height) fillPad(tensor, input, planes);
  const columns = bilinearTaps(raster.width, placed.width);
  const rows = bilinearTaps(raster.height, placed.height);
  const blended = new Float32Array(raster.width * 3);
  for (let y = 0; y < placed.height; y++) {
    blendRows(blended, raster, rows, y);
    blendColumns(tensor, blended, columns, (placed.top + y) * input.width + placed.left, planes);
  }
  return tensor;
}

/** One channel in the tensor: value = pixel · gain + bias, at offset + position · step. */
interface Plane {
  readonly offset: number;
  readonly step: number;
  readonly gain: number;
  readonly bias: number;
}

/** The planes of red, green and blue. */
type Planes = readonly [Plane, Plane, Plane];

function planesOf({ colour, layout, width, height, scale, mean, std }: Input): Planes {
  const plane = (channel: 0 | 1 | 2): Plane => ({
    offset: layout === 'NCHW' ? channel * width * height : channel,
    step: layout === 'NCHW' ? 1 : 3,
    gain: scale / std[channel],
    bias: -mean[channel] / std[channel],
  });
  return colour === 'RGB' ? [plane(0), plane(1), plane(2)] : [plane(2), plane(1), plane(0)];
}

function fillPad(tensor: Float32Array, { fit, width, height }: Input, planes: Planes): void {
  const pad = fit.kind === 'letterbox' ? fit.pad : 0;
  for (const { offset, step, gain, bias } of planes) {
    const end = offset + width * height * step;
    if (step === 1) tensor.fill(pad * gain + bias, offset, end);
    else for (let at = offset; at < end; at += step) tensor[at] = pad * gain + bias;
  }
}

/** Blends source rows into one target row, up to four in each pass over memory. */
function blendRows(blended: Float32Array, { pixels, width, height }: Raster, taps: Taps, y: number): void {
  const { count, first, weights } = taps;
  const row = (tap: number) => pixels.subarray(Math.min(height - 1, (first[y] as number) + tap) * width * 3);
  const weight = (tap: number) => (tap < count ? (weights[y * count + tap] as number) : 0);
  blended.fill(0);
  for (let tap = 0; tap < count; tap += 4) {
    const [a, b, c, d] = [tap, tap + 1, tap + 2, tap + 3] as const;
    if (count - tap <= 2) addTwo(blended, row(a), row(b), weight(a), weight(b));
    else addFour(blended, row(a), row(b), row(c), row(d), weight(a), weight(b), weight(c), weight(d));
  }
}

// These two loops read every byte of the picture. Plain parameters and a single expression, because with tuples or
// temporaries the compiled code takes twice as long.

function addTwo(sums: Float32Array, a: Uint8Array, b: Uint8Array, weightA: number, weightB: number): void {
  for (let at = 0; at < sums.length; at++) {
    sums[at] = (sums[at] as number) + (a[at] as number) * weightA + (b[at] as number) * weightB;
  }
}

function addFour(
  sums: Float32Array,
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  d: Uint8Array,
  weightA: number,
  weightB: number,
  weightC: number,
  weightD: number,
): void {
  for (let at = 0; at < sums.length; at++) {
    sums[at] =
      (sums[at] as number) +
      (a[at] as number) * weightA +
      (b[at] as number) * weightB +
      (c[at] as number) * weightC +
      (d[at] as number) * weightD;
  }
}

/** Blends one row into the tensor, all three channels; `start` is the position of its first pixel in a plane. */
function blendColumns(tensor: Float32Array, row: Float32Array, taps: Taps, start: number, [r, g, b]: Planes): void {
  const { count, first, weights } = taps;
  for (let x = 0, tap = 0; x < first.length; x++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let at = (first[x] as number) * 3, end = at + count * 3; at < end; at += 3, tap++) {
      const weight = weights[tap] as number;
      red += (row[at] as number) * weight;
      green += (row[at + 1] as number) * weight;
      blue += (row[at + 2] as number) * weight;
    }
    const position = start + x;
    tensor[r.offset + position * r.step] = red * r.gain + r.bias;
    tensor[g.offset + position * g.step] = green * g.gain + g.bias;
    tensor[b.offset + position * b.step] = blue * b.gain + b.bias;
  }
}
