import fc from 'fast-check';
import { yolox } from '../../functions/detection/decoders/yolox.ts';
import { ModelOutputError } from '../../functions/detection/errors.ts';
import type { Manifest } from '../../functions/detection/model.ts';

const CLASSES = 3;
const VALUES = 5 + CLASSES;

function manifest(width: number, height: number): Manifest {
  return {
    name: 'synthetic',
    version: '1.0.0',
    family: 'yolox',
    input: {
      name: 'images',
      width,
      height,
      layout: 'NCHW',
      colour: 'BGR',
      scale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
    },
    outputs: ['output'],
    labels: ['a', 'b', 'c'],
    thresholds: {
      confidence: 0.5,
      perLabel: {},
      iou: 0.45,
      bounds: { confidence: { min: 0, max: 1 }, iou: { min: 0, max: 1 } },
    },
    nms: 'per-class',
    golden: { confidence: 0.05, iou: 0.9 },
    sha256: '0'.repeat(64),
    licence: 'Apache-2.0',
    provenance: 'made here',
  };
}

/** The anchors in the order of the export, by the paper: all of stride 8, then 16, then 32, each row by row. */
function anchors(width: number, height: number): { column: number; row: number; stride: number }[] {
  return [8, 16, 32].flatMap((stride) =>
    Array.from({ length: height / stride }, (_, row) =>
      Array.from({ length: width / stride }, (_, column) => ({ column, row, stride })),
    ).flat(),
  );
}

const cells = fc.integer({ min: 1, max: 3 });
const probability = fc.float({ min: 0, max: 1, noNaN: true });

/** A possible output tensor for an input of 32–96 pixels. */
const output = fc.tuple(cells, cells).chain(([columns, rows]) => {
  const [width, height] = [columns * 32, rows * 32];
  const anchor = fc.tuple(
    fc.float({ min: -2, max: 2, noNaN: true }),
    fc.float({ min: -2, max: 2, noNaN: true }),
    fc.float({ min: -3, max: 3, noNaN: true }),
    fc.float({ min: -3, max: 3, noNaN: true }),
    probability,
    ...Array.from({ length: CLASSES }, () => probability),
  );
  const length = anchors(width, height).length;
  return fc.array(anchor, { minLength: length, maxLength: length }).map((values) => ({ width, height, values }));
});

test('agrees with an independent computation in float64', () => {
  fc.assert(
    fc.property(output, fc.tuple(probability, probability, probability), ({ width, height, values }, thresholds) => {
      const expected = anchors(width, height).flatMap(({ column, row, stride }, at) => {
        const [x, y, w, h, objectness, ...scores] = values[at] as number[] as [number, number, number, number, number];
        const best = Math.max(...(scores as number[]));
        const classIndex = (scores as number[]).indexOf(best);
        const score = objectness * best;
        if (score < (thresholds[classIndex] as number)) return [];
        const centre = [(x + column) * stride, (y + row) * stride] as const;
        const size = [Math.E ** w * stride, Math.E ** h * stride] as const;
        return [{ classIndex, score, centre, size }];
      });
      const found = yolox.decode([Float32Array.from(values.flat())], manifest(width, height), thresholds);
      expect(found.map(({ classIndex }) => classIndex)).toEqual(expected.map(({ classIndex }) => classIndex));
      found.forEach(({ score, corners }, at) => {
        const { centre, size, ...wanted } = expected[at] as (typeof expected)[number];
        expect(score).toBeCloseTo(wanted.score, 9);
        expect((corners.left + corners.right) / 2).toBeCloseTo(centre[0], 6);
        expect((corners.top + corners.bottom) / 2).toBeCloseTo(centre[1], 6);
        expect(corners.right - corners.left).toBeCloseTo(size[0], 6);
        expect(corners.bottom - corners.top).toBeCloseTo(size[1], 6);
      });
    }),
    { numRuns: 50 },
  );
});

test.each([
  [
    [416, 416],
    [1, 3549, 8],
  ],
  [
    [640, 640],
    [1, 8400, 8],
  ],
  [
    [640, 320],
    [1, 4200, 8],
  ],
] as const)('an input of %j has an output of %j', ([width, height], shape) => {
  expect(yolox.shapes(manifest(width, height))).toEqual([shape]);
});

describe('one anchor', () => {
  /** An anchor of the coarsest level of 96 × 64 pixels: column 1, row 1, stride 32. */
  const at = 12 * 8 + 6 * 4 + 4;
  const one = (...values: number[]) => {
    const tensor = new Float32Array((12 * 8 + 6 * 4 + 3 * 2) * VALUES);
    tensor.set(values, at * VALUES);
    return yolox.decode([tensor], manifest(96, 64), [0.2, 0.4, 0.6]);
  };

  test('is positioned by its cell, stride and values', () => {
    expect(one(0.5, 0.25, 0, Math.log(0.5), 0.9, 0, 0.8, 0.1)).toEqual([
      {
        classIndex: 1,
        score: expect.closeTo(0.72, 6),
        corners: {
          left: expect.closeTo(32, 5),
          top: expect.closeTo(32, 5),
          right: expect.closeTo(64, 5),
          bottom: expect.closeTo(48, 5),
        },
      },
    ]);
  });

  test('must reach the threshold of its own class', () => {
    expect(one(0, 0, 0, 0, 0.5, 0.5, 0, 0)).toHaveLength(1);
    expect(one(0, 0, 0, 0, 0.5, 0, 0.5, 0)).toHaveLength(0);
    expect(one(0, 0, 0, 0, 1, 0, 0.41, 0)).toHaveLength(1);
    expect(one(0, 0, 0, 0, 1, 0, 0, 0.59)).toHaveLength(0);
  });

  test.each([
    ['an objectness over 1', [0, 0, 0, 0, 3.5, 1, 0, 0], 'scores from 0 to 1', '3.5'],
    ['a negative objectness', [0, 0, 0, 0, -0.5, 1, 0, 0], 'scores from 0 to 1', '-0.5'],
    ['a class score over 1', [0, 0, 0, 0, 1, 0, 7.25, 0], 'scores from 0 to 1', '7.25'],
    ['a width that overflows', [0, 0, 1000, 0, 1, 1, 0, 0], 'boxes of finite size', 'Infinity'],
  ])('%s is rejected', (_what, values, expected, received) => {
    const rejected = () => one(...values);
    expect(rejected).toThrow(ModelOutputError);
    expect(rejected).toThrow(`Expected ${expected} for the model's output "output", received`);
    expect(rejected).toThrow(received);
  });
});
