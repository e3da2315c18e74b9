import fc from 'fast-check';
import { apOf, evaluate, poolLabel } from '../../../cli/model/evaluation/evaluate.ts';
import { averagePrecision, curve, pool } from '../../../functions/truth/average-precision.ts';
import { cocoIou, IOU_THRESHOLDS, matchPhoto } from '../../../functions/truth/matching.ts';
import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';
import { detected, object, photo, syntheticPhotos, truthOf } from './synthetic-photos.ts';

const HERE = [0, 0, 100, 100];
const THERE = [300, 300, 100, 100];
const NOWHERE = [600, 0, 50, 50];

function ap(boxes: ReturnType<typeof object>[], detections: ReturnType<typeof detected>[]) {
  const photos = [photo(truthOf('one.jpg', boxes, ['car']), detections)];
  return evaluate(photos, ['car']).labels[0]?.precisions;
}

describe('IoU', () => {
  test('is the shared part of both boxes, by hand', () => {
    const truth = object('car', [50, 0, 100, 100]);
    expect(cocoIou({ x: 0, y: 0, width: 100, height: 100 }, truth)).toBe(5000 / 15000);
  });

  test('with a crowd is the part of the detection within the crowd', () => {
    const crowd = object('car', [0, 0, 1000, 1000], true);
    expect(cocoIou({ x: 950, y: 0, width: 100, height: 100 }, crowd)).toBe(0.5);
  });

  test('of boxes that only touch is 0', () => {
    expect(cocoIou({ x: 0, y: 0, width: 10, height: 10 }, object('car', [10, 0, 10, 10]))).toBe(0);
  });
});

describe('average precision, by hand', () => {
  test('right, wrong, right of two objects: 51 levels at precision 1, 50 at 2/3', () => {
    const found = [detected('car', 0.9, HERE), detected('car', 0.8, NOWHERE), detected('car', 0.7, THERE)];
    const precisions = ap([object('car', HERE), object('car', THERE)], found);
    expect(precisions?.ap50).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
    expect(precisions?.ap).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
    expect(precisions?.recall).toBe(1);
  });

  test('one of two objects found: recall beyond 0.5 counts as precision 0', () => {
    expect(ap([object('car', HERE), object('car', THERE)], [detected('car', 0.9, HERE)])?.ap50).toBeCloseTo(
      51 / 101,
      12,
    );
  });

  test('a second detection of the same object is wrong', () => {
    const twice = [detected('car', 0.9, HERE), detected('car', 0.8, HERE), detected('car', 0.7, THERE)];
    expect(ap([object('car', HERE), object('car', THERE)], twice)?.ap50).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
  });

  test('a box of IoU 0.72 counts at the five thresholds up to 0.70', () => {
    const loose = [detected('car', 0.9, [0, 0, 72, 100])];
    expect(ap([object('car', HERE)], loose)).toMatchObject({ ap50: 1, ap75: 0, ap: 0.5 });
  });

  test('a box of exactly IoU 0.5 is right at 0.5', () => {
    expect(ap([object('car', HERE)], [detected('car', 0.9, [0, 0, 50, 100])])?.ap50).toBe(1);
  });

  test('any number of detections in a crowd is ignored', () => {
    const boxes = [object('car', HERE), object('car', [200, 200, 400, 400], true)];
    const found = [
      detected('car', 0.95, [210, 210, 50, 50]),
      detected('car', 0.94, [300, 300, 50, 50]),
      detected('car', 0.9, HERE),
    ];
    expect(ap(boxes, found)?.ap50).toBe(1);
  });

  test('a detection matches a free object before a crowd with a higher overlap', () => {
    const boxes = [object('car', [0, 0, 500, 500], true), object('car', [0, 0, 100, 80])];
    const { verdicts, positives } = matchPhoto(
      [{ confidence: 0.9, box: { x: 0, y: 0, width: 100, height: 100 } }],
      boxes,
    );
    expect({ first: verdicts[0]?.[0], positives }).toEqual({ first: 1, positives: 1 });
  });

  test('only crowds: no objects, and no number', () => {
    expect(ap([object('car', HERE, true)], [detected('car', 0.9, HERE)])?.ap50).toBeUndefined();
  });

  test('objects without a detection: 0', () => {
    expect(ap([object('car', HERE)], [])).toMatchObject({ ap50: 0, ap: 0, recall: 0 });
  });

  test('small, medium and large objects have separate precisions', () => {
    const boxes = [object('car', [0, 0, 31, 31]), object('car', [100, 100, 33, 33]), object('car', [300, 300, 97, 97])];
    const precisions = ap(boxes, [detected('car', 0.9, [100, 100, 33, 33])]);
    expect(precisions).toMatchObject({ apSmall: 0, apMedium: 1, apLarge: 0 });
  });

  test('only the 100 most confident detections of a photo count', () => {
    const many = Array.from({ length: 100 }, (_, index) => detected('car', 0.9 - index / 1000, NOWHERE));
    expect(ap([object('car', HERE)], [...many, detected('car', 0.5, HERE)])?.ap50).toBe(0);
    expect(ap([object('car', HERE)], [...many.slice(1), detected('car', 0.5, HERE)])?.ap50).toBeCloseTo(0.01, 12);
  });

  test('a photo without annotations of a label does not count for it', () => {
    const looked = photo(truthOf('a.jpg', [object('car', HERE)], ['car']), [detected('car', 0.9, HERE)]);
    const notLooked = photo(truthOf('b.jpg', [], ['apple']), [detected('car', 0.99, HERE)]);
    expect(evaluate([looked, notLooked], ['car']).labels[0]).toMatchObject({
      photos: 1,
      objects: 1,
      precisions: { ap50: 1 },
    });
  });

  test('the IoU thresholds are 0.50 to 0.95 by 0.05', () => {
    expect(IOU_THRESHOLDS.map((each) => each.toFixed(6))).toEqual(
      [50, 55, 60, 65, 70, 75, 80, 85, 90, 95].map((each) => (each / 100).toFixed(6)),
    );
  });
});

/** Results of pycocotools 2.0.11 for `syntheticPhotos()`: `COCOeval` for boxes, maxDets 100. */
const BY_PYCOCOTOOLS = {
  mean: {
    ap50: 0.423448,
    ap75: 0.148281,
    ap: 0.181026,
    apSmall: 0.226265,
    apMedium: 0.187704,
    apLarge: 0.214519,
    recall: 0.32185,
  },
  car: {
    ap50: 0.467776,
    ap75: 0.130186,
    ap: 0.191333,
    apSmall: 0.136524,
    apMedium: 0.216955,
    apLarge: 0.213086,
    recall: 0.34918,
  },
  apple: {
    ap50: 0.379121,
    ap75: 0.166376,
    ap: 0.170718,
    apSmall: 0.316007,
    apMedium: 0.158453,
    apLarge: 0.215952,
    recall: 0.294521,
  },
};

describe('40 synthetic photos with crowds, ties, double and false detections', () => {
  const { labels, mean } = evaluate(syntheticPhotos(), ['car', 'apple', 'potted plant']);
  const [car, apple, plant] = labels;

  test.each([
    ['mean', mean],
    ['car', car?.precisions],
    ['apple', apple?.precisions],
  ] as const)('%s: every number is pycocotools’', (name, precisions) => {
    for (const [key, expected] of Object.entries(BY_PYCOCOTOOLS[name])) {
      expect({ [key]: precisions?.[key as keyof typeof precisions]?.toFixed(6) }).toEqual({
        [key]: expected.toFixed(6),
      });
    }
  });

  test('the means exclude a label without objects', () => {
    expect(plant).toMatchObject({ objects: 0, precisions: { ap50: undefined, ap: undefined, recall: undefined } });
  });
});

/** Photos of few boxes and detections on a coarse grid, so that overlaps and equal scores are frequent. */
const photosArbitrary = fc
  .array(
    fc.record({
      boxes: fc.array(fc.record({ x: fc.nat(5), y: fc.nat(5), crowd: fc.boolean() }), { maxLength: 4 }),
      found: fc.array(fc.record({ x: fc.nat(5), y: fc.nat(5), score: fc.integer({ min: 1, max: 20 }) }), {
        maxLength: 6,
      }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((photos) =>
    photos.map(({ boxes, found }, index) =>
      photo(
        truthOf(
          `${index}.jpg`,
          boxes.map(({ x, y, crowd }) => object('car', [x * 10, y * 10, 40, 40], crowd)),
          ['car'],
        ),
        found.map(({ x, y, score }) => detected('car', score / 20, [x * 10, y * 10, 40, 40])),
      ),
    ),
  );

describe('average precision of any photos', () => {
  const at50 = (photos: readonly EvaluatedPhoto[]) => apOf(poolLabel(photos, 'car'), [0]);

  test('is 0 to 1, decreases with the IoU threshold, and is 1 for the truth itself', () => {
    fc.assert(
      fc.property(photosArbitrary, (photos) => {
        const pooled = poolLabel(photos, 'car');
        const perfect = photos.map(({ truth }) => {
          const objects = truth.boxes?.filter(({ crowd }) => !crowd) ?? [];
          return photo(
            truth,
            objects.map(({ box }) => detected('car', 0.9, [box.x, box.y, box.width, box.height])),
          );
        });
        const nothing = pooled.positives.every((count) => count === 0);
        expect(apOf(poolLabel(perfect, 'car'))).toBe(nothing ? undefined : 1);
        if (nothing) return;
        const value = at50(photos) as number;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('weights are repetitions', () => {
    fc.assert(
      fc.property(photosArbitrary, fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }), (photos, draws) => {
        const weights = Uint32Array.from(photos, (_, index) => draws[index] as number);
        // Because repetitions share scores, and order decides ties, each photo gets its own scores.
        const apart = photos.map((each, index) => ({
          ...each,
          candidates: each.candidates.map((found, order) => ({
            ...found,
            confidence: found.confidence + index / 1e3 + order / 1e5,
          })),
        }));
        const repeated = apart.flatMap((each, index) => Array.from({ length: weights[index] as number }, () => each));
        const weighted = averagePrecision(curve(poolLabel(apart, 'car'), 0, weights));
        const expected = repeated.length === 0 ? undefined : at50(repeated);
        if (expected === undefined) expect(weighted).toBeUndefined();
        else expect(weighted).toBeCloseTo(expected, 12);
      }),
    );
  });

  test('a detection less confident than all others cannot lower it', () => {
    fc.assert(
      fc.property(photosArbitrary, fc.nat(5), (photos, x) => {
        const [first, ...rest] = photos as [EvaluatedPhoto, ...EvaluatedPhoto[]];
        const more = { ...first, candidates: [...first.candidates, detected('car', 0.001, [x * 10, 0, 40, 40])] };
        expect(at50([more, ...rest]) ?? 0).toBeGreaterThanOrEqual(at50(photos) ?? 0);
      }),
    );
  });

  test('without photos there are no objects', () => {
    expect(averagePrecision(curve(pool([]), 0))).toBeUndefined();
  });
});
