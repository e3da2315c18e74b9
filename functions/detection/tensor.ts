import type { Placement } from './letterbox.ts';
import type { Manifest } from './manifest.ts';
import type { Raster } from './raster.ts';
import { bilinearTaps, type Taps } from './taps.ts';

type Input = Manifest['input'];

/**
 * Resamples a picture straight into the model's input tensor, in the manifest's channel order, layout and range; what the
 * picture does not cover is filled with the manifest's pad.
 * @returns float32 values of shape [1, 3, height, width] or [1, height, width, 3]
 */
export function toTensor(raster: Raster, placed: Placement, input: Input): Float32Array {
  const tensor = new Float32Array(3 * input.width * input.height);
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

/** How one channel goes into the tensor: value = pixel · gain + bias, at offset + position · step. */
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
    for (let at = offset; at < end; at += step) tensor[at] = pad * gain + bias;
  }
}

/** Blends source rows into one row of the target's height; two at a time, as that halves the passes over memory. */
function blendRows(blended: Float32Array, { pixels, width }: Raster, { count, first, weights }: Taps, y: number): void {
  const stride = width * 3;
  blended.fill(0);
  for (let tap = 0; tap < count; tap += 2) {
    const upper = ((first[y] as number) + tap) * stride;
    const lower = tap + 1 < count ? upper + stride : upper;
    const lowerWeight = tap + 1 < count ? (weights[y * count + tap + 1] as number) : 0;
    addRows(blended, pixels, upper, weights[y * count + tap] as number, lower, lowerWeight);
  }
}

/** The hot loop over every byte of the picture: bare numbers, no objects. */
function addRows(sums: Float32Array, pixels: Uint8Array, a: number, weightA: number, b: number, weightB: number): void {
  if (weightA === 0 && weightB === 0) return;
  for (let at = 0; at < sums.length; at++) {
    sums[at] = (sums[at] as number) + (pixels[a + at] as number) * weightA + (pixels[b + at] as number) * weightB;
  }
}

/** Blends one row into the tensor's, all three channels; `start` is the position of its first pixel in a plane. */
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
