import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Placement, place } from '../../functions/detection/letterbox.ts';
import type { Manifest } from '../../functions/detection/model.ts';
import type { Raster } from '../../functions/detection/raster.ts';
import { bilinearTaps, type Taps } from '../../functions/detection/taps.ts';
import { toTensor } from '../../functions/detection/tensor.ts';
import { WASM_MODULE, wasmModule } from '../../lib/wasm.ts';

type Input = Manifest['input'];

test('the compiled loops are those of resample.wat', () => {
  expect(readFileSync(WASM_MODULE, 'utf8')).toBe(wasmModule());
});

/** The tensor by plain loops: float64 sums of samples in their order, rows in passes of four, rounded to float32. */
function plainTensor(raster: Raster, placed: Placement, input: Input): Float32Array {
  const { width, height, layout, colour, scale, mean, std, fit } = input;
  const tensor = new Float32Array(3 * width * height);
  const rows = bilinearTaps(raster.height, placed.height);
  const columns = bilinearTaps(raster.width, placed.width);
  const channels = [0, 1, 2].map((channel) => (colour === 'RGB' ? channel : 2 - channel));
  const set = (x: number, y: number, channel: number, pixel: number) => {
    const plane = channels[channel] as 0 | 1 | 2;
    const at = layout === 'NCHW' ? (plane * height + y) * width + x : (y * width + x) * 3 + plane;
    tensor[at] = pixel * (scale / std[plane]) + -mean[plane] / std[plane];
  };
  for (let at = 0; at < 3 * width * height; at++)
    set(Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3, fit.kind === 'letterbox' ? fit.pad : 0);
  for (let y = 0; y < placed.height; y++) {
    const blended = Float32Array.from({ length: 3 * raster.width }, (_, at) => blendedAt(raster, rows, y, at));
    for (let x = 0; x < placed.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 0; tap < columns.count; tap++)
          sum +=
            (blended[((columns.first[x] as number) + tap) * 3 + channel] as number) *
            (columns.weights[x * columns.count + tap] as number);
        set(placed.left + x, placed.top + y, channel, sum);
      }
    }
  }
  return tensor;
}

function blendedAt({ pixels, width }: Raster, { count, first, weights }: Taps, y: number, at: number): number {
  let sum = 0;
  for (let tap = 0; tap < count; tap++) {
    if (tap % 4 === 0) sum = Math.fround(sum);
    sum += (pixels[((first[y] as number) + tap) * width * 3 + at] as number) * (weights[y * count + tap] as number);
  }
  return sum;
}

const side = (max: number) => fc.integer({ min: 1, max });
const raster = fc
  .tuple(side(40), side(40), fc.integer())
  .map(([width, height, seed]): Raster => ({ width, height, pixels: noise(3 * width * height, seed) }));
/** Bytes of a linear congruential generator. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 24;
  });
}
const perChannel = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.2, max: 130, noNaN: true }))) as fc.Arbitrary<
  [number, number, number]
>;
const fit = fc.oneof(
  fc.constant({ kind: 'stretch' } as const),
  fc.record({
    kind: fc.constant('letterbox' as const),
    position: fc.constantFrom('top-left' as const, 'centre' as const),
    pad: fc.nat(255),
  }),
);
const input: fc.Arbitrary<Input> = fc.record({
  name: fc.constant('images'),
  width: side(48),
  height: side(48),
  layout: fc.constantFrom('NCHW' as const, 'NHWC' as const),
  colour: fc.constantFrom('RGB' as const, 'BGR' as const),
  scale: fc.constantFrom(1, 1 / 255),
  mean: perChannel,
  std: perChannel,
  fit,
});

const bits = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

test('a tensor is the same to the bit as by plain loops', () => {
  fc.assert(
    fc.property(raster, input, (picture, into) => {
      const placed = place(picture, into);
      expect(bits(toTensor(picture, placed, into)).equals(bits(plainTensor(picture, placed, into)))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a picture of 3200 columns, of which 50, and 50 rows, make a pixel', () => {
  const picture = { width: 3200, height: 50, pixels: noise(3 * 3200 * 50, 1) };
  const into = fc.sample(input, { numRuns: 1, seed: 1 })[0] as Input;
  const small: Input = { ...into, width: 64, height: 64, fit: { kind: 'letterbox', position: 'centre', pad: 114 } };
  const placed = place(picture, small);
  expect(placed).toMatchObject({ width: 64, height: 1 });
  expect(bits(toTensor(picture, placed, small)).equals(bits(plainTensor(picture, placed, small)))).toBe(true);
});
