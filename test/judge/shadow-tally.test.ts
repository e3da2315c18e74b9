/** Sums of a shadow: a picture that is taken back leaves them as they were. */

import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { add, merge, NO_PICTURES, subtract, withNovelty } from '../../functions/judge/shadow-tally.ts';
import { pictures } from '../rollout/fixtures/steps.ts';

const car = (x: number, confidence: number) => ({
  label: 'car',
  confidence,
  box: { x, y: 0, width: 50, height: 50 },
});

test('the sums without a picture are those before it', () => {
  const score = scorePicture(
    { kind: 'live', detections: [car(0, 0.5), car(100, 0.5)], ms: 100 },
    { status: 'done', detections: [car(0, 0.75)], ms: 400 },
    { factor: 2 },
  );
  const before = pictures(3, { missed: 1 });
  const both = add(before, score);
  expect(both).toMatchObject({
    ...{ pictures: 4, timed: 4, slow: 1, confidenceShiftSum: 0.25, candidateMsSum: 700 },
    objects: { baseline: 17, candidate: 13, matched: 13, missed: 4, extra: 0 },
    countDifferences: { car: -4 },
  });
  const after = subtract(both, score);
  // What was counted once, and is taken back, remains as a key with 0.
  expect({ ...after, disagreements: nonzero(after.disagreements), countErrors: nonzero(after.countErrors) }).toEqual(
    before,
  );
});

function nonzero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

test('repeats and neighbours of two tallies add up', () => {
  const one = withNovelty(withNovelty(NO_PICTURES, 'repeat'), 'neighbour');
  expect(merge(one, withNovelty(one, 'repeat'))).toEqual({ ...NO_PICTURES, repeats: 3, neighbours: 2 });
});
