import fc from 'fast-check';
import type { GoldenFinding } from '../../functions/detection/golden-findings.ts';
import { explainGolden } from '../../functions/judge/explain-event.ts';
import { checkGolden, type GoldenDifference } from '../../functions/judge/golden-check.ts';
import { answer } from '../rollout/fixtures/arbitraries.ts';

const car = { label: 'car', confidence: 0.8, box: { x: 0, y: 0, width: 100, height: 100 } };
const seen = { label: 'car', confidence: 0.8 };
const tolerance = { confidence: 0.05, iou: 0.9 };

const finding = (found: GoldenFinding['found'], expected = [car]): GoldenFinding => ({
  model: 'counter',
  picture: 'cars.jpg',
  expected,
  found,
  tolerance,
});

test.each<[string, GoldenFinding[], string]>([
  ['the same detections', [finding([car])], 'the golden picture has the expected detections'],
  ['no detection where none is expected', [finding([], [])], 'the golden picture has the expected detections'],
  ['a confidence within the tolerance', [finding([{ ...car, confidence: 0.76 }])], 'the golden picture has'],
  ['several pictures', [finding([car]), finding([], []), finding([car])], 'all 3 golden pictures'],
])('%s: passed', (_, findings, words) => {
  const result = checkGolden(findings);
  expect(result).toEqual({ passed: true, pictures: findings.length });
  expect(explainGolden(result)).toContain(words);
});

test('parts of a package that nothing has proven are in the result, once for each model', () => {
  const unproven: GoldenFinding = { ...finding([car]), model: 'kitti', unchecked: ['classes'] };
  expect(checkGolden([finding([car]), unproven, unproven])).toEqual({
    passed: true,
    pictures: 3,
    unchecked: [{ model: 'kitti', parts: ['classes'] }],
  });
});

test.each<[string, GoldenFinding, GoldenDifference[], string]>([
  ['an object missed', finding([]), [{ kind: 'missed', expected: seen }], 'missed car (0.80)'],
  ['an object too many', finding([car, car]), [{ kind: 'extra', found: seen }], 'unexpected car (0.80)'],
  [
    'another label',
    finding([{ ...car, label: 'apple' }]),
    [
      { kind: 'missed', expected: seen },
      { kind: 'extra', found: { label: 'apple', confidence: 0.8 } },
    ],
    'missed car (0.80), unexpected apple (0.80)',
  ],
  [
    'less confident',
    finding([{ ...car, confidence: 0.7 }]),
    [{ kind: 'confidence', expected: seen, found: { label: 'car', confidence: 0.7 } }],
    'car (0.70), expected car (0.80)',
  ],
  [
    'more confident',
    finding([{ ...car, confidence: 0.9 }]),
    [{ kind: 'confidence', expected: seen, found: { label: 'car', confidence: 0.9 } }],
    'car (0.90), expected car (0.80)',
  ],
  [
    'at another place',
    finding([{ ...car, box: { ...car.box, x: 20 } }]),
    [{ kind: 'moved', found: seen, iou: 80 / 120, leastIou: 0.9 }],
    'car (0.80) with IoU 0.67, expected at least 0.9',
  ],
])('%s: not passed', (_, given, differences, words) => {
  const result = checkGolden([given]);
  const pictures = [{ model: 'counter', picture: 'cars.jpg', differences }];
  expect(result).toEqual({ passed: false, failure: { kind: 'different', pictures } });
  expect(explainGolden(result)).toContain(`counter/cars.jpg: ${words}`);
});

test('only the pictures with differences are reported, each by its name', () => {
  const other = { ...finding([]), model: 'finder', picture: 'road.jpg' };
  const result = checkGolden([finding([car]), finding([]), other]);
  expect(explainGolden(result)).toBe(
    'golden pictures have unexpected detections: counter/cars.jpg: missed car (0.80); finder/road.jpg: missed ' +
      'car (0.80)',
  );
});

test('a version without golden pictures does not pass', () => {
  const result = checkGolden([]);
  expect(result).toEqual({ passed: false, failure: { kind: 'no-pictures' } });
  expect(explainGolden(result)).toBe('the model packages have no golden pictures');
});

test('the tolerances are inclusive', () => {
  const [first, second] = [car, { ...car, confidence: 0.9375 }];
  const exact = { ...finding([second], [{ ...first, confidence: 0.875 }]), tolerance: { confidence: 0.0625, iou: 1 } };
  expect(checkGolden([exact]).passed).toBe(true);
  expect(checkGolden([{ ...exact, tolerance: { confidence: 0.0624, iou: 1 } }]).passed).toBe(false);
});

test('any detections pass against themselves, in any order, and none of them against the rest', () => {
  fc.assert(
    fc.property(answer, (detections) => {
      const given = { ...finding(detections.toReversed(), detections), tolerance: { confidence: 1, iou: 0.5 } };
      expect(checkGolden([given]).passed).toBe(true);
      const { length } = detections;
      if (length > 0) expect(checkGolden([{ ...given, found: given.found.slice(1) }]).passed).toBe(false);
    }),
  );
});
