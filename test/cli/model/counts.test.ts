import { bestPoint } from '../../../cli/model/evaluation/best-threshold.ts';
import { countError, countPairs } from '../../../cli/model/evaluation/counts.ts';
import {
  GRID,
  type OperatingPoint,
  objectCounts,
  operatingPoints,
  servedCounts,
} from '../../../cli/model/evaluation/operating-points.ts';
import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';
import { detected, object, photo, truthOf } from './synthetic-photos.ts';

const HERE = [0, 0, 100, 100];
const THERE = [300, 300, 100, 100];
const NOWHERE = [600, 0, 50, 50];

/** Three photos: 2 cars of which 1 is served, 1 car served as 3, and none served as none. */
function threePhotos(): EvaluatedPhoto[] {
  const first = [detected('car', 0.9, HERE), detected('car', 0.4, THERE)];
  const second = [detected('car', 0.8, HERE), detected('car', 0.7, NOWHERE), detected('car', 0.6, THERE)];
  return [
    photo(truthOf('a.jpg', [object('car', HERE), object('car', THERE)], ['car']), first, first.slice(0, 1)),
    photo(truthOf('b.jpg', [object('car', HERE)], ['car']), second),
    photo(truthOf('c.jpg', [], ['car']), [detected('car', 0.2, HERE)], []),
  ];
}

describe('count error', () => {
  test('by hand: errors −1, +2 and 0', () => {
    const error = countError(countPairs(threePhotos(), 'car'));
    expect(error).toEqual({ photos: 3, meanAbsolute: 1, bias: 1 / 3, exact: 1 / 3, truth: 3, counted: 4 });
  });

  test('weights are repetitions', () => {
    const error = countError(countPairs(threePhotos(), 'car'), Uint32Array.of(2, 0, 1));
    expect(error).toEqual({ photos: 3, meanAbsolute: 2 / 3, bias: -2 / 3, exact: 1 / 3, truth: 4, counted: 2 });
  });

  test('photos without true counts are excluded; without any photo there is no number', () => {
    expect(countError(countPairs(threePhotos(), 'apple'))).toBeUndefined();
    expect(countError(countPairs(threePhotos(), 'car'), Uint32Array.of(0, 0, 0))).toBeUndefined();
  });
});

describe('precision and recall', () => {
  test('as served, by hand: 2 right, 2 wrong, 1 missed', () => {
    expect(servedCounts(threePhotos(), 'car')).toEqual(objectCounts(2, 2, 1));
    expect(objectCounts(2, 2, 1)).toEqual({ right: 2, wrong: 2, missed: 1, precision: 0.5, recall: 2 / 3, f1: 4 / 7 });
  });

  test('without objects and detections there are no ratios', () => {
    expect(objectCounts(0, 0, 0)).toMatchObject({ precision: undefined, recall: undefined, f1: undefined });
  });

  test.each([
    [0.1, objectCounts(3, 3, 0), 1],
    [0.2, objectCounts(3, 3, 0), 1],
    [0.21, objectCounts(3, 2, 0), 2 / 3],
    [0.4, objectCounts(3, 2, 0), 2 / 3],
    [0.65, objectCounts(2, 1, 1), 2 / 3],
    [0.75, objectCounts(2, 0, 1), 1 / 3],
    [0.85, objectCounts(1, 0, 2), 2 / 3],
    [0.95, objectCounts(0, 0, 3), 1],
  ])('at the threshold %p, inclusive', (threshold, expected, meanAbsolute) => {
    const point = operatingPoints(threePhotos(), 'car').find((each) => each.threshold === threshold);
    expect(point).toMatchObject(expected);
    expect(point?.count?.meanAbsolute).toBeCloseTo(meanAbsolute, 12);
  });

  test('the grid is 0.01 to 0.99', () => {
    expect([GRID.length, GRID[0], GRID[49], GRID.at(-1)]).toEqual([99, 0.01, 0.5, 0.99]);
  });

  test('more than 100 objects in a photo are all found', () => {
    const places = Array.from({ length: 150 }, (_, index) => [index * 20, 0, 10, 10]);
    const truth = truthOf(
      'field.jpg',
      places.map((place) => object('plant', place)),
      ['plant'],
    );
    const found = places.map((place) => detected('plant', 0.9, place));
    expect(servedCounts([photo(truth, found)], 'plant')).toEqual(objectCounts(150, 0, 0));
  });
});

describe('the best threshold', () => {
  const point = (threshold: number, right: number, wrong: number, meanAbsolute: number): OperatingPoint => ({
    threshold,
    ...objectCounts(right, wrong, 10 - right),
    count: { photos: 5, meanAbsolute, bias: 0, exact: 0, truth: 10, counted: 10 },
  });

  test('by F1 it has the highest F1', () => {
    // 0.71 to 0.80: 2 right, 1 missed, F1 4/5. 0.21 to 0.40: 3 right, 2 wrong, F1 3/4.
    expect(bestPoint(operatingPoints(threePhotos(), 'car'), 'f1')?.threshold).toBe(0.75);
  });

  test('by count error it can be another one', () => {
    const points = [point(0.2, 9, 6, 0.5), point(0.4, 8, 1, 0.9), point(0.6, 5, 0, 1.4)];
    expect(bestPoint(points, 'f1')?.threshold).toBe(0.4);
    expect(bestPoint(points, 'count')?.threshold).toBe(0.2);
  });

  test('of equally good thresholds it is the middle of the longest run', () => {
    const good = (threshold: number) => point(threshold, 8, 1, 1);
    const bad = (threshold: number) => point(threshold, 5, 5, 2);
    const points = [good(0.1), bad(0.2), good(0.3), good(0.4), good(0.5), good(0.6), good(0.7), bad(0.8), good(0.9)];
    expect(bestPoint(points, 'f1')?.threshold).toBe(0.5);
    expect(bestPoint(points, 'count')?.threshold).toBe(0.5);
  });

  test('the smaller count error decides between equal F1, and vice versa', () => {
    expect(bestPoint([point(0.3, 8, 1, 2), point(0.6, 8, 1, 1)], 'f1')?.threshold).toBe(0.6);
    expect(bestPoint([point(0.3, 7, 1, 1), point(0.6, 8, 1, 1)], 'count')?.threshold).toBe(0.6);
  });

  test('it stays within the bounds', () => {
    const points = [point(0.2, 9, 0, 0), point(0.5, 8, 0, 1)];
    expect(bestPoint(points, 'f1', { min: 0.3, max: 0.9 })?.threshold).toBe(0.5);
    expect(bestPoint(points, 'f1', { min: 0.6, max: 0.9 })).toBeUndefined();
  });

  test('without any object found there is none', () => {
    expect(bestPoint([point(0.2, 0, 5, 1), point(0.5, 0, 1, 1)], 'f1')).toBeUndefined();
  });

  test('without true counts there is none by count', () => {
    expect(bestPoint([{ threshold: 0.5, ...objectCounts(1, 0, 0), count: undefined }], 'count')).toBeUndefined();
  });
});
