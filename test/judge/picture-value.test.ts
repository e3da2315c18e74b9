import fc from 'fast-check';
import { explainFinding } from '../../functions/judge/explain.ts';
import type { FindingOf } from '../../functions/judge/finding.ts';
import { type JudgedPicture, type PersonsDecision, pictureValue } from '../../functions/judge/picture-value.ts';
import { tallyTruth, truthOutcome } from '../../functions/judge/truth.ts';

const ALPHA = { rollback: 0.001, promote: 0.01 };
const BETTER = { goal: 'better' } as const;
/** Live detects 2 objects, the candidate 4. */
const picture = (...people: PersonsDecision[]): JudgedPicture => ({ live: 2, candidate: 4, people });
const times = (count: number, ...people: PersonsDecision[]) => Array.from({ length: count }, () => picture(...people));

test('a preference is 1 for the candidate, 0 for live, ½ for both', () => {
  expect(pictureValue(picture('candidate'))).toEqual({ x: 1 });
  expect(pictureValue(picture('live'))).toEqual({ x: 0 });
  expect(pictureValue(picture('both'))).toEqual({ x: 0.5 });
});

test('neither, and a picture on which nobody can tell, have no value', () => {
  expect(pictureValue(picture('neither'))).toBe('neither');
  expect(pictureValue(picture('cannot tell'))).toBe('cannot tell');
  expect(pictureValue(picture('cannot tell', 'cannot tell'))).toBe('cannot tell');
});

test('of several people, more than half of those who can tell decide', () => {
  expect(pictureValue(picture('candidate', 'cannot tell'))).toEqual({ x: 1 });
  expect(pictureValue(picture('candidate', 'live', 'candidate'))).toEqual({ x: 1 });
  expect(pictureValue(picture('candidate', 'live'))).toBe('unclear');
  expect(pictureValue(picture('neither', 'neither', 'live'))).toBe('neither');
});

test('beside preferences, a count says which version is nearer to it; alone, by how much', () => {
  expect(pictureValue(picture(4, 'cannot tell'))).toEqual({ x: 0.75, errors: { live: 0.5, candidate: 0 } });
  expect(pictureValue(picture(4, 'candidate'))).toEqual({ x: 1 });
  expect(pictureValue(picture(2, 'candidate'))).toBe('unclear');
  expect(pictureValue(picture(3, 'both'))).toEqual({ x: 0.5 });
  expect(pictureValue({ live: 3, candidate: 3, people: [5, 'both'] })).toEqual({ x: 0.5 });
});

test('a value is between 0 and 1 whatever people say, and the swap of both versions mirrors it', () => {
  const preference = fc.constantFrom('live', 'candidate', 'both', 'neither', 'cannot tell');
  const people = fc.array(fc.oneof(fc.nat(20), preference), { minLength: 1, maxLength: 5 });
  const swapped = { live: 'candidate', candidate: 'live' } as Record<string, PersonsDecision>;
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), people, (live, candidate, all) => {
      const value = pictureValue({ live, candidate, people: all as PersonsDecision[] });
      const swap = all.map((each) => swapped[each] ?? (each as PersonsDecision));
      const mirrored = pictureValue({ live: candidate, candidate: live, people: swap });
      if (typeof value === 'string' || typeof mirrored === 'string') return expect(mirrored).toBe(value);
      expect(value.x).toBeGreaterThanOrEqual(0);
      expect(value.x).toBeLessThanOrEqual(1);
      expect(value.x + mirrored.x).toBeCloseTo(1, 9);
    }),
  );
});

test('the tally counts preferences, and pictures without a value apart', () => {
  const all = [
    picture('candidate'),
    picture('neither'),
    picture('cannot tell'),
    picture('live', 'candidate'),
    picture(),
  ];
  expect(tallyTruth(all)).toEqual({
    sample: [[1, 1]],
    preferred: 1,
    unclear: 1,
    neither: 1,
    cannotTell: 1,
    open: 1,
  });
});

test('preferences alone prove a candidate better or worse; pictures without a value prove nothing', () => {
  const outcome = (pictures: JudgedPicture[], test: Parameters<typeof truthOutcome>[1] = BETTER) =>
    truthOutcome(tallyTruth(pictures).sample, test, ALPHA);
  expect([outcome(times(11, 'candidate')), outcome(times(9, 'candidate'))]).toEqual(['promote', 'hold']);
  expect(outcome(times(16, 'live'))).toBe('roll back');
  expect(outcome(times(500, 'both'))).toBe('hold');
  const notWorse = { goal: 'notWorse', margin: 0.1 } as const;
  expect(outcome(times(500, 'both'), notWorse)).toBe('promote');
  expect(outcome([...times(500, 'neither'), ...times(500, 'cannot tell')], notWorse)).toBe('hold');
});

describe('in words', () => {
  const words = (pictures: readonly JudgedPicture[]) => {
    const tally = tallyTruth(pictures);
    const outcome = truthOutcome(tally.sample, BETTER, ALPHA);
    return explainFinding({ kind: 'truth', outcome, tally, test: BETTER, alpha: ALPHA } satisfies FindingOf<'truth'>);
  };

  test('preferences are counted for each version', () => {
    expect(words([...times(14, 'candidate'), ...times(1, 'live'), ...times(3, 'both')])).toBe(
      '18 pictures judged by people: the candidate is more right on 14, live on 1, both are equally right on 3: ' +
        'better with 99 % certainty',
    );
  });

  test('counts among them add the errors of both, and reasons of pictures without a value are named', () => {
    const all = [...times(3, 'candidate'), ...times(2, 4), ...times(1, 'neither'), ...times(2, 'cannot tell')];
    expect(words([...all, picture('live', 'candidate')])).toMatch(
      new RegExp(
        '^5 pictures decide \\(9 judged by people; on 1 people differ, on 1 neither answer is right, on 2 nobody can ' +
          'tell\\): the candidate is more right on 5, live on 0, both are equally right on 0 ' +
          '\\(2 counts: count error of live 50 %, of the candidate 0 %\\): not yet proven to be better or worse',
      ),
    );
  });

  test('only pictures without a value are no judgement', () => {
    expect(words([picture('neither'), picture()])).toBe(
      'no picture decides yet (1 judged by people; on 1 neither answer is right) (1 picture to judge)',
    );
  });
});
