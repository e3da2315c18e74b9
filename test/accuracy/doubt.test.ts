import fc from 'fast-check';
import { doubtOf } from '../../functions/accuracy/doubt.ts';
import { countError } from '../../functions/judge/agreement.ts';

/** The same by all cases of which detections are objects. */
function byCases(confidences: readonly number[]): number {
  const cases = Array.from({ length: 2 ** confidences.length }, (_, mask) => {
    return confidences.map((_, at) => (mask >> at) % 2 === 1);
  });
  return cases.reduce((sum, isObject) => {
    const chances = confidences.map((confidence, at) => (isObject[at] ? confidence : 1 - confidence));
    const chance = chances.reduce((product, each) => product * each, 1);
    return sum + chance * countError(isObject.filter(Boolean).length, confidences.length);
  }, 0);
}

test('is the expected count error, were confidences probabilities', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (confidences) => {
      expect(doubtOf(confidences)).toBeCloseTo(byCases(confidences), 9);
    }),
  );
});

test.each([
  [[], 0],
  [[1, 1], 0],
  [[0.6], 0.4],
])('of %j is %d', (confidences, expected) => {
  expect(doubtOf(confidences)).toBeCloseTo(expected, 9);
});
