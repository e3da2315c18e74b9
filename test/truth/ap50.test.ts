import { ap50, labelAp50, matchByLabel } from '../../functions/truth/ap50.ts';
import { averagePrecision, curve, pool } from '../../functions/truth/average-precision.ts';
import { matchPhoto } from '../../functions/truth/matching.ts';
import type { PhotoTruth } from '../../functions/truth/photos.ts';

const box = (x: number) => ({ x, y: 0, width: 10, height: 10 });
const found = (label: string, x: number, confidence = 0.9) => ({ label, confidence, box: box(x) });
const photo = (labels: readonly string[], judged: readonly string[] = labels): PhotoTruth => ({
  file: 'a.jpg',
  boxes: labels.map((label, index) => ({ label, box: box(20 * index), crowd: false, area: 100 })),
  counts: {},
  judged: new Set(judged),
});

test('is the mean over the labels that have objects, as COCO defines it', () => {
  const truth = photo(['car', 'bus'], ['car', 'bus', 'dog']);
  const matches = matchByLabel(truth, [found('car', 0), found('dog', 0)], ['car', 'bus', 'dog']);
  expect([ap50([matches]), labelAp50([matches], 'car'), labelAp50([matches], 'bus')]).toEqual([0.5, 1, 0]);
  expect(labelAp50([matches], 'dog')).toBeUndefined();
});

test('is the AP at IoU 0.5 of evaluations, over the photos together', () => {
  const photos = [photo(['car']), photo(['car', 'car']), photo([], ['car'])];
  const answers = [[found('car', 3, 0.6)], [found('car', 0, 0.8), found('car', 60, 0.7)], [found('car', 0, 0.65)]];
  const own = photos.map((each, index) => matchByLabel(each, answers[index] ?? [], ['car']));
  const expected = averagePrecision(
    curve(pool(photos.map(({ boxes = [] }, index) => matchPhoto(answers[index] ?? [], boxes))), 0),
  );
  expect(ap50(own)).toBe(expected);
  expect(expected).toBeGreaterThan(0.4);
});

test('knows nothing of a label that was not annotated in a photo, or of photos without objects', () => {
  expect(ap50([matchByLabel(photo(['car']), [found('bus', 0)], ['car', 'bus'])])).toBe(0);
  expect(matchByLabel(photo(['car']), [found('bus', 0)], ['bus'])).toEqual({});
  expect(ap50([matchByLabel(photo([], ['car']), [found('car', 0)], ['car'])])).toBeUndefined();
  expect(ap50([])).toBeUndefined();
});
