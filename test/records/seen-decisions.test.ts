import fc from 'fast-check';
import type { PictureScore } from '../../functions/judge/shadow-score.ts';
import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { add, NO_PICTURES, sampleOf } from '../../functions/judge/shadow-tally.ts';
import { countDecision, uncounted } from '../../functions/records/seen-decisions.ts';
import type { ShadowProgress } from '../../functions/records/shadow-progress.ts';

const EMPTY: ShadowProgress = { step: 1, tally: NO_PICTURES };
const idOf = (index: number) => `019aabbc-0000-7000-8000-${String(index).padStart(12, '0')}`;
const car = { label: 'car', confidence: 0.8, box: { x: 0, y: 0, width: 1, height: 1 } };

/** The score where a human counts `count` and the candidate `found`; undefined: it fails. */
const scoreOf = (count: number, found: number | undefined): PictureScore =>
  found === undefined
    ? { status: 'failed' }
    : scorePicture({ kind: 'human', count }, { status: 'done', detections: Array.from({ length: found }, () => car) });

test('after any corrections, the tally is that of the last decisions', () => {
  const found = fc.option(fc.nat(3), { nil: undefined });
  const decision = fc.record({ picture: fc.nat(4), count: fc.nat(9), found });
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 20 }), (decisions) => {
      let progress = EMPTY;
      for (const [index, { picture, count, found: detected }] of decisions.entries()) {
        const decided = { id: idOf(picture), tag: `"${index.toString(16).padStart(32, '0')}"` };
        progress = countDecision(progress, decided, scoreOf(count, detected));
      }
      const last = new Map(decisions.map((each) => [each.picture, scoreOf(each.count, each.found)]));
      const expected = [...last.values()].reduce(add, NO_PICTURES);
      const { pictures, failures, empty, objects, countErrors } = progress.tally;
      expect({ pictures, failures, empty, objects }).toEqual({
        pictures: expected.pictures,
        failures: expected.failures,
        empty: expected.empty,
        objects: expected.objects,
      });
      const counted = (histogram: typeof countErrors) => sampleOf(histogram).filter(([, times]) => times !== 0);
      expect(counted(countErrors).toSorted()).toEqual(counted(expected.countErrors).toSorted());
      expect(progress.seen ?? []).toHaveLength(last.size);
    }),
  );
});

test('a decision is counted once, and again when it is corrected', () => {
  const progress = countDecision(EMPTY, { id: idOf(1), tag: '"aaaaaaaa11"' }, scoreOf(9, 3));
  const [same, corrected, fresh] = [
    { id: idOf(1), tag: '"aaaaaaaa11"' },
    { id: idOf(1), tag: '"bbbbbbbb11"' },
    { id: idOf(2), tag: '"aaaaaaaa11"' },
  ];
  expect(uncounted(progress, [same, fresh])).toEqual({ corrected: [], fresh: [fresh] });
  expect(uncounted(progress, [corrected, fresh])).toEqual({ corrected: [corrected], fresh: [fresh] });
});

test('a decision whose picture is gone is not tried again, and keeps an earlier score', () => {
  const gone = countDecision(EMPTY, { id: idOf(1), tag: 'a' }, undefined);
  expect(gone.tally).toEqual(NO_PICTURES);
  expect(uncounted(gone, [{ id: idOf(1), tag: 'a' }])).toEqual({ corrected: [], fresh: [] });
  const counted = countDecision(EMPTY, { id: idOf(1), tag: 'a' }, scoreOf(3, 3));
  expect(countDecision(counted, { id: idOf(1), tag: 'b' }, undefined).tally).toMatchObject({
    pictures: 1,
    failures: 0,
  });
});

test('progress of an earlier release, which kept ids alone, is continued', () => {
  const earlier: ShadowProgress = { ...EMPTY, seen: [idOf(1).slice(-12)] };
  expect(uncounted(earlier, [{ id: idOf(1), tag: 'a' }])).toEqual({ corrected: [], fresh: [] });
});
