import fc from 'fast-check';
import { place } from '../../functions/detection/letterbox.ts';
import type { Manifest } from '../../functions/detection/model.ts';
import type { Raster } from '../../functions/detection/raster.ts';
import { toTensor } from '../../functions/detection/tensor.ts';
import { returnTensor, takeTensor } from '../../functions/detection/tensor-pool.ts';

type Input = Manifest['input'];

const input = (changes: Partial<Input> = {}): Input => ({
  name: 'images',
  width: 8,
  height: 8,
  layout: 'NCHW',
  colour: 'RGB',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
  ...changes,
});

const tensorOf = (raster: Raster, input: Input) => toTensor(raster, place(raster, input), input);

const raster = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((pixels): Raster => ({ pixels: new Uint8Array(pixels), width, height })),
  );

/** OpenCV's INTER_LINEAR for one value, as its documentation defines it: half-pixel centres, edges repeated. */
function bilinear(
  { pixels, width, height }: Raster,
  x: number,
  y: number,
  to: Raster | { width: number; height: number },
  channel: number,
) {
  const at = (column: number, row: number) => {
    const [c, r] = [Math.min(width - 1, Math.max(0, column)), Math.min(height - 1, Math.max(0, row))];
    return pixels[(r * width + c) * 3 + channel] as number;
  };
  const [sx, sy] = [((x + 0.5) * width) / to.width - 0.5, ((y + 0.5) * height) / to.height - 0.5];
  const [left, top] = [Math.floor(sx), Math.floor(sy)];
  const [fx, fy] = [sx - left, sy - top];
  const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
  return upper * (1 - fy) + (at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx) * fy;
}

test('is OpenCV’s INTER_LINEAR where the picture is enlarged or reduced up to twice', () => {
  fc.assert(
    fc.property(raster, (source) => {
      const into = input({ width: 16, height: 16, fit: { kind: 'stretch' } });
      const tensor = tensorOf(source, into);
      const apart = tensor.map((value, at) => {
        const [channel, y, x] = [Math.floor(at / 256), Math.floor(at / 16) % 16, at % 16];
        return Math.abs(value - bilinear(source, x, y, into, channel));
      });
      expect(Math.max(...apart)).toBeLessThan(1e-3);
    }),
    { numRuns: 60 },
  );
});

test('a picture of one colour keeps it exactly at every scale', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      fc.nat(255),
      (width, height, grey) => {
        const source = { pixels: new Uint8Array(width * height * 3).fill(grey), width, height };
        const values = tensorOf(source, input({ fit: { kind: 'stretch' } }));
        expect(Math.max(...values.map((value) => Math.abs(value - grey)))).toBeLessThan(1e-3);
      },
    ),
  );
});

test('every pixel counts where the picture is reduced more than twice: stripes become grey', () => {
  const pixels = Uint8Array.from({ length: 3 * 64 * 64 }, (_, at) => (Math.floor(at / 3) % 2) * 255);
  const values = tensorOf({ pixels, width: 64, height: 64 }, input({ fit: { kind: 'stretch' } }));
  expect(Math.max(...values.map((value) => Math.abs(value - 127.5)))).toBeLessThan(20);
});

describe('a picture of one pixel, red 10, green 20, blue 30, at the top of a tall input', () => {
  const pixel = { pixels: Uint8Array.of(10, 20, 30), width: 1, height: 1 };
  const tall = (changes: Partial<Input>) => [...tensorOf(pixel, input({ width: 1, height: 2, ...changes }))];

  test.each<[string, Partial<Input>, number[]]>([
    ['RGB planes', {}, [10, 114, 20, 114, 30, 114]],
    ['BGR planes', { colour: 'BGR' }, [30, 114, 20, 114, 10, 114]],
    ['RGB pixels', { layout: 'NHWC' }, [10, 20, 30, 114, 114, 114]],
    ['BGR pixels', { layout: 'NHWC', colour: 'BGR' }, [30, 20, 10, 114, 114, 114]],
    ['stretched', { fit: { kind: 'stretch' } }, [10, 10, 20, 20, 30, 30]],
    ['a pad of 0', { fit: { kind: 'letterbox', position: 'top-left', pad: 0 } }, [10, 0, 20, 0, 30, 0]],
  ])('%s', (_what, changes, expected) => {
    expect(tall(changes)).toEqual(expected);
  });

  test('scale, mean and std in the order of the channels, of the pad too', () => {
    const values = tall({ colour: 'BGR', scale: 0.1, mean: [1, 2, 3], std: [2, 4, 8] });
    const expected = [(3 - 1) / 2, (11.4 - 1) / 2, (2 - 2) / 4, (11.4 - 2) / 4, (1 - 3) / 8, (11.4 - 3) / 8];
    values.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] as number, 5);
    });
  });

  test('centred between pads', () => {
    const centred = input({ width: 1, height: 3, fit: { kind: 'letterbox', position: 'centre', pad: 7 } });
    expect([...tensorOf(pixel, centred)]).toEqual([7, 10, 7, 7, 20, 7, 7, 30, 7]);
  });
});

describe('the pool of tensors', () => {
  test('gives a tensor to one request at a time', () => {
    const [first, second] = [takeTensor(48), takeTensor(48)];
    expect(second).not.toBe(first);
    returnTensor(first);
    expect(takeTensor(48)).toBe(first);
    expect(takeTensor(48)).not.toBe(first);
  });

  test('gives tensors of the requested length', () => {
    returnTensor(takeTensor(48));
    expect(takeTensor(12)).toHaveLength(12);
  });

  test('a reused tensor has nothing of the last picture', () => {
    const white = { pixels: new Uint8Array(3 * 8 * 8).fill(255), width: 8, height: 8 };
    returnTensor(tensorOf(white, input()));
    const wide = { pixels: new Uint8Array(3 * 8 * 4).fill(1), width: 8, height: 4 };
    expect(new Set(tensorOf(wide, input()))).toEqual(new Set([1, 114]));
  });
});
