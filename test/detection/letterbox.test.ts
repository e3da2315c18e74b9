import fc from 'fast-check';
import { place, toSource } from '../../functions/detection/letterbox.ts';
import type { Manifest } from '../../functions/detection/model.ts';
import { corners, input, pictureSize } from './fixtures/arbitraries.ts';

const yolox: Manifest['input'] = {
  name: 'images',
  width: 416,
  height: 416,
  layout: 'NCHW',
  colour: 'BGR',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
};

const where = (source: [number, number], changed: Partial<Manifest['input']> = {}) => {
  const [width, height] = source;
  const placed = place({ width, height }, { ...yolox, ...changed });
  return [placed.left, placed.top, placed.width, placed.height];
};

test.each<[string, [number, number], Partial<Manifest['input']>, number[]]>([
  ['wide, at the top left', [640, 480], {}, [0, 0, 416, 312]],
  ['tall, at the top left', [480, 640], {}, [0, 0, 312, 416]],
  ['rounded down, as YOLOX does', [640, 427], {}, [0, 0, 416, 277]],
  ['centred', [640, 480], { fit: { kind: 'letterbox', position: 'centre', pad: 114 } }, [0, 52, 416, 312]],
  ['stretched', [640, 480], { fit: { kind: 'stretch' } }, [0, 0, 416, 416]],
  ['enlarged', [10, 10], {}, [0, 0, 416, 416]],
  ['a line keeps a row', [20_000, 10], {}, [0, 0, 416, 1]],
  ['a wide input', [640, 480], { width: 640, height: 320 }, [0, 0, 426, 320]],
])('%s', (_what, source, changed, expected) => {
  expect(where(source, changed)).toEqual(expected);
});

test('the longer side fills the input exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (side) => {
      expect(where([side, side])).toEqual([0, 0, 416, 416]);
      expect(where([side, 1])[2]).toBe(416);
      expect(where([1, side])[3]).toBe(416);
    }),
  );
});

test('the picture is inside the input, letterboxed in its own proportions to a pixel', () => {
  fc.assert(
    fc.property(pictureSize, input, (source, input) => {
      const placed = place(source, input);
      expect(placed.left).toBeGreaterThanOrEqual(0);
      expect(placed.top).toBeGreaterThanOrEqual(0);
      expect(placed.left + placed.width).toBeLessThanOrEqual(input.width);
      expect(placed.top + placed.height).toBeLessThanOrEqual(input.height);
      if (input.fit.kind === 'stretch') return;
      const scale = Math.min(input.width / source.width, input.height / source.height);
      expect(Math.abs(placed.width - source.width * scale)).toBeLessThanOrEqual(1);
      expect(Math.abs(placed.height - source.height * scale)).toBeLessThanOrEqual(1);
    }),
  );
});

test('a box of the source is unchanged after the way to the tensor and back', () => {
  fc.assert(
    fc.property(pictureSize, input, corners, (source, input, box) => {
      const placed = place(source, input);
      const back = toSource(
        {
          left: box.left * placed.scaleX + placed.left,
          top: box.top * placed.scaleY + placed.top,
          right: box.right * placed.scaleX + placed.left,
          bottom: box.bottom * placed.scaleY + placed.top,
        },
        placed,
      );
      for (const side of ['left', 'top', 'right', 'bottom'] as const) {
        expect(Math.abs(back[side] - box[side])).toBeLessThan(1e-6 * Math.max(1, source.width, source.height));
      }
    }),
  );
});

test('the placed picture’s edges are the source’s edges', () => {
  fc.assert(
    fc.property(pictureSize, input, (source, input) => {
      const { left, top, width, height, ...scales } = place(source, input);
      const placed = { left, top, width, height, ...scales };
      const whole = toSource({ left, top, right: left + width, bottom: top + height }, placed);
      expect(whole.left).toBeCloseTo(0, 9);
      expect(whole.top).toBeCloseTo(0, 9);
      expect(whole.right).toBeCloseTo(source.width, 6);
      expect(whole.bottom).toBeCloseTo(source.height, 6);
    }),
  );
});
