import { bestPoint } from '../../../cli/model/evaluation/best-threshold.ts';
import { validateThreshold } from '../../../cli/model/evaluation/cross-validate.ts';
import { operatingPoints } from '../../../cli/model/evaluation/operating-points.ts';
import { seededRandom } from '../../../cli/model/evaluation/random.ts';
import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';
import { detected, object, photo, truthOf } from './synthetic-photos.ts';

const ANYTHING = { min: 0, max: 1 };
const PLACES = [0, 200, 400].map((x) => [x, 0, 100, 100]);
const NOWHERE = [0, 500, 100, 100];

/** Photos of three cars each, detected with these confidences, and one false detection. */
function photosOf(count: number, right: () => number, wrong: () => number): EvaluatedPhoto[] {
  return Array.from({ length: count }, (_, index) =>
    photo(
      truthOf(
        `${index}.jpg`,
        PLACES.map((place) => object('car', place)),
        ['car'],
      ),
      [...PLACES.map((place) => detected('car', right(), place)), detected('car', wrong(), NOWHERE)],
    ),
  );
}

test('a threshold that loses all objects: a lower one is better on photos that did not choose it', () => {
  const photos = photosOf(
    20,
    () => 0.3,
    () => 0.1,
  );
  const validated = validateThreshold(photos, 'car', { criterion: 'f1', bounds: ANYTHING, current: 0.4 });
  expect(validated).toMatchObject({
    current: 0.4,
    chosen: 0.2,
    range: [0.2, 0.2],
    before: { f1: 0, missed: 60, count: { bias: -3 } },
    after: { f1: 1, missed: 0, wrong: 0, count: { bias: 0 } },
    difference: 1,
    interval: [1, 1],
    verdict: 'better',
  });
});

test('chance: confidences of right and wrong detections do not differ, and no threshold is called better', () => {
  const random = seededRandom(3);
  const photos = photosOf(
    12,
    () => 0.35 + 0.3 * random(),
    () => 0.35 + 0.3 * random(),
  );
  const options = { criterion: 'f1', bounds: { min: 0.35, max: 0.65 }, current: 0.36 } as const;
  const validated = validateThreshold(photos, 'car', options);
  const same = bestPoint(operatingPoints(photos, 'car'), 'f1', options.bounds);
  expect(validated?.verdict).not.toBe('better');
  expect(validated?.after.f1).toBeLessThanOrEqual(same?.f1 as number);
  expect(validated?.range[0]).toBeLessThanOrEqual(validated?.range[1] as number);
});

test('the same seed gives the same interval, and the count error is better if it is lower', () => {
  const random = seededRandom(5);
  const photos = photosOf(
    30,
    () => 0.2 + 0.2 * random(),
    () => 0.05 * random(),
  );
  const options = { criterion: 'count', bounds: ANYTHING, current: 0.35, seed: 4 } as const;
  const validated = validateThreshold(photos, 'car', options);
  expect(validated).toMatchObject({ verdict: 'better', after: { count: { meanAbsolute: 0 } } });
  expect(validated?.difference).toBeLessThan(0);
  expect(validated?.interval[1]).toBeLessThan(0);
  expect(validateThreshold(photos, 'car', options)).toEqual(validated);
});

test.each([
  ['29 objects or fewer', 9],
  ['objects in 9 photos', 9],
  ['no photo', 0],
])('%s: none is chosen', (_what, count) => {
  const photos = photosOf(
    count,
    () => 0.9,
    () => 0.1,
  );
  expect(validateThreshold(photos, 'car', { criterion: 'f1', bounds: ANYTHING, current: 0.4 })).toBeUndefined();
});

test('fewer than 20 photos: no verdict', () => {
  const photos = photosOf(
    12,
    () => 0.3,
    () => 0.1,
  );
  const validated = validateThreshold(photos, 'car', { criterion: 'f1', bounds: ANYTHING, current: 0.4 });
  expect(validated).toMatchObject({ interval: [1, 1], verdict: 'unclear' });
});
