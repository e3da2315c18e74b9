import type { Placement } from './letterbox.ts';
import type { Manifest } from './manifest.ts';
import type { Raster } from './raster.ts';
import { type Plane, type Planes, RowResampler } from './resample.ts';
import { bilinearTaps } from './taps.ts';
import { takeTensor } from './tensor-pool.ts';

type Input = Manifest['input'];

/**
 * Resamples a picture directly into the model's input tensor, in the manifest's channel order, layout and range. The
 * rest is filled with the manifest's pad.
 * @returns from the tensor pool, float32 values of shape [1, 3, height, width] or [1, height, width, 3]
 */
export function toTensor(raster: Raster, placed: Placement, input: Input): Float32Array {
  const tensor = takeTensor(3 * input.width * input.height);
  fillPad(tensor, placed, input);
  const columns = bilinearTaps(raster.width, placed.width);
  const rows = bilinearTaps(raster.height, placed.height);
  const row = new RowResampler(raster, rows, columns, planesOf({ ...input, width: placed.width, height: 1 }));
  const copies = copiesOf(row.values, input);
  for (let y = 0; y < placed.height; y++) {
    row.resample(y);
    const start = (placed.top + y) * input.width + placed.left;
    for (const { values, offset, step } of copies) tensor.set(values, offset + start * step);
  }
  return tensor;
}

function planesOf({ colour, layout, width, height, scale, mean, std }: Input): Planes {
  const plane = (channel: 0 | 1 | 2): Plane => ({
    offset: layout === 'NCHW' ? channel * width * height : channel,
    step: layout === 'NCHW' ? 1 : 3,
    gain: scale / std[channel],
    bias: -mean[channel] / std[channel],
  });
  return colour === 'RGB' ? [plane(0), plane(1), plane(2)] : [plane(2), plane(1), plane(0)];
}

/** Fills what is left, above, right and below of the picture. */
function fillPad(tensor: Float32Array, placed: Placement, input: Input): void {
  const pad = input.fit.kind === 'letterbox' ? input.fit.pad : 0;
  const gaps = gapsAround(placed, input);
  for (const { offset, step, gain, bias } of planesOf(input)) {
    const value = pad * gain + bias;
    for (const [from, to] of gaps) {
      if (step === 1) tensor.fill(value, offset + from, offset + to);
      else for (let at = from; at < to; at++) tensor[offset + at * step] = value;
    }
  }
}

/** Positions without a picture, from and to: before the first row, between two rows, behind the last one. */
function gapsAround({ left, top, width, height }: Placement, input: Input): [number, number][] {
  const start = top * input.width + left;
  const end = start + (height - 1) * input.width + width;
  const gaps: [number, number][] = [
    [0, start],
    [end, input.width * input.height],
  ];
  if (width === input.width) return gaps;
  for (let row = start; row + width < end; row += input.width) gaps.push([row + width, row + input.width]);
  return gaps;
}

/** Values of a row that follow each other in the tensor, from offset + position of the row's first pixel · step. */
interface Copy {
  readonly values: Float32Array;
  readonly offset: number;
  readonly step: number;
}

/** How a row is copied into the tensor: one plane after the other, or all pixels at once. */
function copiesOf(row: Float32Array, { layout, width, height }: Input): Copy[] {
  if (layout === 'NHWC') return [{ values: row, offset: 0, step: 3 }];
  const length = row.length / 3;
  return [0, 1, 2].map((channel) => ({
    values: row.subarray(channel * length, (channel + 1) * length),
    offset: channel * width * height,
    step: 1,
  }));
}
