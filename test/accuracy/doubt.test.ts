import fc from 'fast-check';
import { doubtOf } from '../../functions/accuracy/doubt.ts';
import { countError } from '../../functions/judge/agreement.ts';

/** The same by all cases of which candidates are objects. */
function byCases(served: readonly number[], unsure: readonly number[]): number {
  const all = [...served, ...unsure];
  const cases = Array.from({ length: 2 ** all.length }, (_, mask) => all.map((_, at) => (mask >> at) % 2 === 1));
  return cases.reduce((sum, isObject) => {
    const chance = all.reduce((product, confidence, at) => product * (isObject[at] ? confidence : 1 - confidence), 1);
    return sum + chance * countError(isObject.filter(Boolean).length, served.length);
  }, 0);
}

const confidences = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });

test('is the expected count error, were confidences probabilities', () => {
  fc.assert(
    fc.property(confidences, confidences, (served, unsure) => {
      expect(doubtOf({ served, unsure })).toBeCloseTo(byCases(served, unsure), 9);
    }),
  );
});

test.each([
  [[], [], 0],
  [[1, 1], [0], 0],
  [[], [0.4], 0.4],
  [[0.6], [], 0.4],
])('of %j with %j under the threshold is %d', (served, unsure, expected) => {
  expect(doubtOf({ served, unsure })).toBeCloseTo(expected, 9);
});

test('without recorded candidates is that of the served detections', () => {
  expect(doubtOf({ served: [0.6] })).toBe(doubtOf({ served: [0.6], unsure: [] }));
});
