import { InvalidDetectOptionError } from '../../functions/detection/errors.ts';
import { type Manifest, readManifest } from '../../functions/detection/model.ts';
import { type DetectOptions, resolveOptions } from '../../functions/detection/options.ts';
import { COUNTER_NANO } from './fixtures/packages.ts';

let manifest: Manifest;
beforeAll(async () => {
  const shipped = await readManifest(COUNTER_NANO);
  const thresholds = { ...shipped.thresholds, confidence: 0.5, perLabel: { car: 0.7 }, iou: 0.35 };
  manifest = { ...shipped, thresholds };
});

test('without options: the manifest’s thresholds by label, all labels, the defaults', () => {
  expect(resolveOptions(manifest, {})).toEqual({
    thresholds: [0.7, 0.5, 0.5],
    iou: 0.35,
    labels: new Set(['car', 'apple', 'potted plant']),
    maxSide: 1600,
    maxPixels: 50_000_000,
    maxBytes: 134_217_728,
    damaged: 'reject',
    seconds: 10,
    annotate: true,
    measure: false,
  });
});

test('a label that is named as what every object has is one like any other', () => {
  const named = { ...manifest, labels: ['constructor', '__proto__', 'car'] };
  expect(resolveOptions(named, {}).thresholds).toEqual([0.5, 0.5, 0.7]);
});

test('a request’s confidence overrides every label’s own', () => {
  expect(resolveOptions(manifest, { confidence: 0.3 }).thresholds).toEqual([0.3, 0.3, 0.3]);
});

test('the bounds are inclusive', () => {
  expect(resolveOptions(manifest, { confidence: 0.05, iou: 0.1 })).toMatchObject({
    thresholds: [0.05, 0.05, 0.05],
    iou: 0.1,
  });
  expect(resolveOptions(manifest, { confidence: 0.99, iou: 0.9 })).toMatchObject({
    thresholds: [0.99, 0.99, 0.99],
    iou: 0.9,
  });
});

test.each([16, 16_384])('a longer side of %i is allowed', (maxSide) => {
  expect(resolveOptions(manifest, { maxSide }).maxSide).toBe(maxSide);
});

test('an empty list of labels returns no detections', () => {
  expect(resolveOptions(manifest, { labels: [] }).labels.size).toBe(0);
});

test.each<[DetectOptions, string, string]>([
  [{ confidence: 0 }, 'confidence', 'Expected a number from 0.05 to 0.99 for confidence, received 0'],
  [{ confidence: Number.NaN }, 'confidence', 'Expected a number from 0.05 to 0.99 for confidence, received NaN'],
  [{ iou: 0.95 }, 'iou', 'Expected a number from 0.1 to 0.9 for iou, received 0.95'],
  [
    { labels: ['car', 'bus'] },
    'labels',
    'Expected labels of the model (car, apple, potted plant) for labels, received ["bus"]',
  ],
  [{ maxSide: 15 }, 'maxSide', 'Expected a whole number from 16 to 16384 for maxSide, received 15'],
  [{ maxSide: 16_385 }, 'maxSide', 'Expected a whole number from 16 to 16384 for maxSide, received 16385'],
  [{ maxSide: 99.5 }, 'maxSide', 'Expected a whole number from 16 to 16384 for maxSide, received 99.5'],
  [{ maxPixels: 0 }, 'maxPixels', 'Expected a whole number from 1 to 268000000 for maxPixels, received 0'],
  [
    { maxBytes: Number.POSITIVE_INFINITY },
    'maxBytes',
    'Expected a whole number from 1 to 1073741824 for maxBytes, received Infinity',
  ],
])('%j is rejected', (options, field, message) => {
  const rejected = () => resolveOptions(manifest, options);
  expect(rejected).toThrow(InvalidDetectOptionError);
  expect(rejected).toThrow(expect.objectContaining({ field, message }));
});

test.each<[DetectOptions, { min: number; max: number } | undefined]>([
  [{ confidence: 0 }, { min: 0.05, max: 0.99 }],
  [{ iou: 0.95 }, { min: 0.1, max: 0.9 }],
  [{ maxSide: 15 }, { min: 16, max: 16_384 }],
  [{ labels: ['bus'] }, undefined],
])('the error for %j carries the range %j', (options, range) => {
  expect(() => resolveOptions(manifest, options)).toThrow(expect.objectContaining({ range }));
});
