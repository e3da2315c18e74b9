import fc from 'fast-check';
import { ALL_BINS, binsOf, FIRST_BIN, type PictureFacts, type SCALES } from '../../functions/drift/features.ts';
import {
  BIN_RANGES,
  EMPTY,
  mergeSketches,
  type Sketch,
  SketchBuilder,
  sketchFrom,
  sketchOf,
  storedSketch,
} from '../../functions/drift/sketch.ts';
import { flat, MONDAY, object, picture } from './facts.ts';

const objects = fc.array(
  fc.record({
    label: fc.constantFrom('car', 'person', 'apple'),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    box: fc.record({
      x: fc.integer({ min: 0, max: 500 }),
      y: fc.integer({ min: 0, max: 400 }),
      width: fc.integer({ min: 1, max: 140 }),
      height: fc.integer({ min: 1, max: 80 }),
    }),
  }),
  { maxLength: 5 },
);
const facts: fc.Arbitrary<PictureFacts> = fc.record(
  {
    time: fc.constant(MONDAY * 3_600_000),
    image: fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) }),
    luminance: fc
      .array(fc.integer({ min: 48, max: 111 }), { minLength: 64, maxLength: 64 })
      .map((codes) => String.fromCharCode(...codes)),
    measures: fc.record({
      brightness: fc.double({ min: 0, max: 255, noNaN: true }),
      contrast: fc.double({ min: 0, max: 3, noNaN: true }),
      saturation: fc.double({ min: 0, max: 1, noNaN: true }),
      sharpness: fc.double({ min: 0, max: 9, noNaN: true }),
    }),
    detections: objects,
  },
  { requiredKeys: ['time'] },
);
const scenes = fc.array(fc.tuple(facts, fc.constantFrom(1, 0.5, 1 / 3)), { maxLength: 12 });

function sketched(all: readonly (readonly [PictureFacts, number])[]): Sketch {
  const builder = new SketchBuilder();
  for (const [each, weight] of all) builder.add(binsOf(each), weight);
  return builder.sketch();
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, bin) => Math.abs(value - (b[bin] as number))));
}

function expectSame(a: Sketch, b: Sketch): void {
  expect(a.pictures).toBe(b.pictures);
  for (const name of ['scenes', 'refused'] as const) expect(a[name]).toBeCloseTo(b[name], 9);
  expect(largestDifference(a.bins, b.bins)).toBeLessThan(1e-9);
  for (const name of ['labels', 'mainLabels'] as const) {
    expect(Object.keys(a[name]).toSorted()).toEqual(Object.keys(b[name]).toSorted());
    for (const [label, weight] of Object.entries(a[name])) expect(weight).toBeCloseTo(b[name][label] as number, 9);
  }
}

describe('sketches add up', () => {
  test('to the sketch of all scenes, in any order and grouping', () => {
    fc.assert(
      fc.property(scenes, scenes, scenes, (a, b, c) => {
        const [x, y, z] = [sketched(a), sketched(b), sketched(c)];
        const union = sketched([...a, ...b, ...c]);
        expectSame(mergeSketches([x, y, z]), union);
        expectSame(mergeSketches([z, x, y]), union);
        expectSame(mergeSketches([mergeSketches([x, y]), z]), mergeSketches([x, mergeSketches([y, z])]));
        expectSame(mergeSketches([x, EMPTY]), x);
      }),
      { numRuns: 30 },
    );
  });

  test('and are stored and read as they are, within the rounding', () => {
    fc.assert(
      fc.property(scenes, (all) => {
        const sketch = sketched(all);
        const read = sketchFrom(JSON.parse(JSON.stringify(storedSketch(sketch))));
        expect(read.scenes).toBeCloseTo(sketch.scenes, 3);
        expect(Object.keys(read.labels)).toEqual(Object.keys(sketch.labels));
        expect(Object.keys(read.mainLabels)).toEqual(Object.keys(sketch.mainLabels));
        expect(largestDifference(read.bins, sketch.bins)).toBeLessThan(1e-3);
      }),
      { numRuns: 30 },
    );
  });

  test('each picture has one whole place in each histogram that it has', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { bins } = sketched([[each, 1]]);
        for (const { first, count } of BIN_RANGES.values()) {
          const weight = bins.slice(first, first + count).reduce((sum, value) => sum + value, 0);
          expect([0, 1]).toContain(Number(weight.toFixed(9)));
        }
      }),
    );
  });
});

describe('the histograms', () => {
  const weightAt = (facts: PictureFacts, name: keyof typeof SCALES, bin: number) =>
    sketchOf([facts]).bins[FIRST_BIN[name] + bin];

  test('are one behind the other', () => {
    let next = 0;
    for (const { first, count } of BIN_RANGES.values()) {
      expect(first).toBe(next);
      next += count;
    }
    expect(next).toBe(ALL_BINS);
  });

  test('have a picture by its values, on a linear and on a logarithmic scale', () => {
    expect(weightAt(picture(), 'brightness', 15)).toBe(1);
    // 0.5 is 2⁻¹, at 4 of 6 octaves.
    expect(weightAt(picture(), 'sharpness', 24)).toBe(1);
    expect(weightAt(picture({ detections: [] }), 'objects', 0)).toBe(1);
    expect(weightAt(picture(), 'objects', 6)).toBe(1);
  });

  test('have what is beyond a scale in its first and last bin', () => {
    const measures = { brightness: 300, contrast: 0, saturation: 9, sharpness: 0 };
    expect(weightAt(picture({ measures }), 'brightness', 31)).toBe(1);
    expect(weightAt(picture({ measures }), 'contrast', 0)).toBe(1);
    expect(weightAt(picture({ measures }), 'saturation', 29)).toBe(1);
    expect(weightAt(picture({ measures }), 'quality', 25)).toBe(1);
  });

  test('share a picture among its objects', () => {
    const { labels, bins } = sketchOf([picture({ detections: [object('car'), object('car'), object('apple')] })]);
    expect(labels).toEqual({ car: expect.closeTo(2 / 3), apple: expect.closeTo(1 / 3) });
    expect(bins[FIRST_BIN.confidence + 20]).toBeCloseTo(1);
    expect(sketchOf([picture({ detections: [] })]).labels).toEqual({});
  });

  test('have a picture whole at its main label, which labels with equally many objects share', () => {
    const mainLabelsOf = (...labels: string[]) =>
      sketchOf([picture({ detections: labels.map((label) => object(label)) })]).mainLabels;
    expect(mainLabelsOf('car', 'car', 'apple')).toEqual({ car: 1 });
    expect(mainLabelsOf('car', 'apple', 'apple', 'car', 'bus')).toEqual({ car: 0.5, apple: 0.5 });
    expect(mainLabelsOf()).toEqual({});
  });

  test('have nothing of a picture that was refused but that it was', () => {
    const { bins, ...others } = sketchOf([{ time: 0, caller: 'me' }]);
    expect(others).toEqual({ pictures: 1, scenes: 1, refused: 1, labels: {}, mainLabels: {} });
    expect(bins.every((weight) => weight === 0)).toBe(true);
  });

  test('have darker corners of a lens, and the cells of a scene', () => {
    const cells = Array.from(flat(30));
    for (const at of [0, 7, 56, 63]) cells[at] = flat(7).charAt(0);
    const { bins } = sketchOf([picture({ luminance: cells.join('') })]);
    // 7.5 / 30.5 is 2^−2.02, which is 4.9 bins from −3.
    expect(bins[FIRST_BIN.corners + 4]).toBe(1);
    // Of its four cells, one is as dark: 0.85 of the mean.
    expect(bins[FIRST_BIN.cells + 11]).toBe(1);
  });
});

test('a stored sketch leaves out histograms that this release does not know', () => {
  const stored = storedSketch(sketchOf([picture()]));
  const histograms = { ...stored.histograms, unknown: { from: 3, weights: [1] } };
  expect(sketchFrom({ ...stored, histograms })).toEqual(sketchFrom(stored));
  expect(JSON.stringify(stored).length).toBeLessThan(2500);
});
