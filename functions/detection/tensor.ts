import type { Raster } from './decode.ts';
import type { Placement } from './letterbox.ts';
import type { Manifest } from './manifest.ts';

type Input = Manifest['input'];

/**
 * Resamples a picture straight into the model's input tensor: bilinear between pixel centres (OpenCV's INTER_LINEAR), in the
 * manifest's channel order, layout and range, the rest filled with its pad.
 * @returns float32 values of shape [1, 3, height, width] or [1, height, width, 3]
 */
export function toTensor(raster: Raster, placed: Placement, input: Input): Float32Array {
  const tensor = new Float32Array(3 * input.width * input.height);
  const planes = channelPlanes(input);
  if (placed.width * placed.height < input.width * input.height) fillPad(tensor, input, planes);
  sample(tensor, raster, placed, input, planes);
  return tensor;
}

/** How one channel of the picture goes into the tensor: value = pixel · gain + bias, at offset + position · step. */
interface Plane {
  readonly source: number;
  readonly offset: number;
  readonly gain: number;
  readonly bias: number;
}

function channelPlanes({ colour, layout, width, height, scale, mean, std }: Input): Plane[] {
  return [0, 1, 2].map((channel) => ({
    source: colour === 'RGB' ? channel : 2 - channel,
    offset: layout === 'NCHW' ? channel * width * height : channel,
    gain: scale / (std[channel] as number),
    bias: -(mean[channel] as number) / (std[channel] as number),
  }));
}

function fillPad(tensor: Float32Array, { fit, layout, width, height }: Input, planes: readonly Plane[]): void {
  const pad = fit.kind === 'letterbox' ? fit.pad : 0;
  const step = layout === 'NCHW' ? 1 : 3;
  for (const { offset, gain, bias } of planes) {
    const value = pad * gain + bias;
    for (let at = 0; at < width * height; at++) tensor[offset + at * step] = value;
  }
}

/** For each target position: the two source positions it lies between and the weight of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

function taps(from: number, to: number): Taps {
  const result = { first: new Int32Array(to), second: new Int32Array(to), weight: new Float32Array(to) };
  for (let at = 0; at < to; at++) {
    const position = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
    result.first[at] = Math.floor(position);
    result.second[at] = Math.min(from - 1, Math.floor(position) + 1);
    result.weight[at] = position - Math.floor(position);
  }
  return result;
}

function sample(tensor: Float32Array, raster: Raster, placed: Placement, input: Input, planes: readonly Plane[]): void {
  const columns = taps(raster.width, placed.width);
  const rows = taps(raster.height, placed.height);
  const step = input.layout === 'NCHW' ? 1 : 3;
  for (let y = 0; y < placed.height; y++) {
    const upper = (rows.first[y] as number) * raster.width;
    const lower = (rows.second[y] as number) * raster.width;
    const down = rows.weight[y] as number;
    const start = ((placed.top + y) * input.width + placed.left) * step;
    for (const plane of planes)
      sampleRow(tensor, start + plane.offset, step, raster.pixels, columns, { upper, lower, down }, plane);
  }
}

interface RowPair {
  /** Index of the first pixel of the upper and of the lower row. */
  readonly upper: number;
  readonly lower: number;
  /** Weight of the lower row, 0–1. */
  readonly down: number;
}

function sampleRow(
  tensor: Float32Array,
  start: number,
  step: number,
  pixels: Uint8Array,
  { first, second, weight }: Taps,
  { upper, lower, down }: RowPair,
  { source, gain, bias }: Plane,
): void {
  for (let x = 0, at = start; x < first.length; x++, at += step) {
    const left = (first[x] as number) * 3 + source;
    const right = (second[x] as number) * 3 + source;
    const across = weight[x] as number;
    const a = pixels[upper * 3 + left] as number;
    const b = pixels[lower * 3 + left] as number;
    const top = a + ((pixels[upper * 3 + right] as number) - a) * across;
    const bottom = b + ((pixels[lower * 3 + right] as number) - b) * across;
    tensor[at] = (top + (bottom - top) * down) * gain + bias;
  }
}
