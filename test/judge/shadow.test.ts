import fc from 'fast-check';
import { FAULTS, NO_FAULT } from '../../bench/simulation/faults.ts';
import { Random } from '../../bench/simulation/random.ts';
import { makeScene } from '../../bench/simulation/scenes.ts';
import type { Detection } from '../../functions/judge/agreement.ts';
import { type Baseline, type Replay, scorePicture } from '../../functions/judge/shadow-score.ts';
import {
  add,
  merge,
  NO_PICTURES,
  type ShadowTally,
  sampleOf,
  sampleOfHits,
  summarize,
  tallyOf,
} from '../../functions/judge/shadow-tally.ts';
import { judgeShadow } from '../../functions/judge/verdict.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { type ShadowStep, stepsOf } from '../../functions/plan/steps.ts';
import { answer } from '../rollout/fixtures/arbitraries.ts';

const car = (x: number): Detection => ({ label: 'car', confidence: 0.9, box: { x, y: 0, width: 40, height: 40 } });

describe('the score of a picture', () => {
  const live: Baseline = { kind: 'live', detections: [car(0), car(100)], ms: 50 };

  test('against live: objects, counts and times', () => {
    const score = scorePicture(live, { status: 'done', detections: [car(0)], ms: 101 }, { factor: 2 });
    expect(score).toMatchObject({
      status: 'done',
      objects: { baseline: 2, candidate: 1 },
      countError: 0.5,
      comparison: { agreement: 0.5, missed: [1], extra: [] },
      time: { baselineMs: 50, candidateMs: 101, slow: true },
    });
  });

  test.each([
    ['at the factor', 100, { factor: 2 }, false],
    ['over the factor', 100.1, { factor: 2 }, true],
    ['at the limit', 70, { limitMs: 70 }, false],
    ['over the limit', 70.1, { limitMs: 70 }, true],
  ])('%s', (_, ms, slow, expected) => {
    const score = scorePicture(live, { status: 'done', detections: [], ms }, slow);
    expect(score).toMatchObject({ time: { slow: expected } });
  });

  test('has no durations where one of the two is unknown, or without a bound of slow answers', () => {
    const timeless: Baseline = { kind: 'live', detections: [] };
    expect(scorePicture(timeless, { status: 'done', detections: [], ms: 1 }, { factor: 2 })).not.toHaveProperty('time');
    expect(scorePicture(live, { status: 'done', detections: [] }, { factor: 2 })).not.toHaveProperty('time');
    expect(scorePicture(live, { status: 'done', detections: [], ms: 1 })).not.toHaveProperty('time');
  });

  test("against a human's count only the count's error counts", () => {
    const score = scorePicture(
      { kind: 'human', count: 4 },
      { status: 'done', detections: [car(0)], ms: 9 },
      { factor: 2 },
    );
    expect(score).toEqual({ status: 'done', objects: { baseline: 4, candidate: 1 }, countError: 0.75 });
  });

  test('of a failed replay is only its failure', () => {
    expect(scorePicture(live, { status: 'failed' }, { factor: 2 })).toEqual({ status: 'failed' });
  });
});

describe('the tally of pictures', () => {
  const replay = fc.oneof(
    fc.record({ status: fc.constant('done' as const), detections: answer, ms: fc.integer({ min: 1, max: 999 }) }),
    fc.constant({ status: 'failed' as const }),
  );
  const baseline = fc.oneof(
    fc.record({ kind: fc.constant('live' as const), detections: answer, ms: fc.integer({ min: 1, max: 999 }) }),
    fc.record({ kind: fc.constant('human' as const), count: fc.nat(9) }),
  );
  const score = fc
    .tuple(baseline, replay)
    .map(([asked, got]: [Baseline, Replay]) => scorePicture(asked, got, { factor: 2 }));
  const tally = fc.array(score, { maxLength: 12 }).map((scores) => scores.reduce(add, NO_PICTURES));

  /** Sums of fractions, to nine decimals: floats do not add up the same in every order. */
  const rounded = (each: ShadowTally) => ({
    ...each,
    iouSum: each.iouSum.toFixed(9),
    confidenceShiftSum: (each.confidenceShiftSum + 0).toFixed(9).replace('-0.000000000', '0.000000000'),
  });

  test('is the same in any order and grouping of merges', () => {
    fc.assert(
      fc.property(tally, tally, tally, (a, b, c) => {
        expect(rounded(merge(merge(a, b), c))).toEqual(rounded(merge(a, merge(b, c))));
        expect(rounded(merge(a, b))).toEqual(rounded(merge(b, a)));
        expect(merge(a, NO_PICTURES)).toEqual(a);
      }),
    );
  });

  test('is JSON', () => {
    fc.assert(
      fc.property(tally, (each) => {
        expect(JSON.parse(JSON.stringify(each))).toEqual(each);
      }),
    );
  });

  test('counts every picture once: failed, empty, or with objects', () => {
    fc.assert(
      fc.property(tally, ({ pictures, failures, empty, countErrors, objects }) => {
        const withObjects = Object.values(countErrors).reduce((sum, times) => sum + times, 0);
        expect(failures + empty + withObjects).toBe(pictures);
        expect(objects.matched + objects.extra).toBeLessThanOrEqual(objects.candidate);
      }),
    );
  });

  test('of one picture', () => {
    const live: Baseline = { kind: 'live', detections: [car(0), car(100), car(200)], ms: 50 };
    const seen = scorePicture(live, { status: 'done', detections: [car(0), car(104)], ms: 120 }, { factor: 2 });
    expect(tallyOf(seen)).toEqual({
      pictures: 1,
      repeats: 0,
      neighbours: 0,
      failures: 0,
      empty: 0,
      objects: { baseline: 3, candidate: 2, matched: 2, missed: 1, extra: 0 },
      iouSum: 1 + 36 / 44,
      confidenceShiftSum: 0,
      countDifferences: { car: -1 },
      disagreements: { '0.3333': 1 },
      countErrors: { '0.3333': 1 },
      timed: 1,
      slow: 1,
      baselineMsSum: 50,
      candidateMsSum: 120,
    });
  });

  test('of an empty picture has no value for agreement', () => {
    const seen = scorePicture({ kind: 'live', detections: [] }, { status: 'done', detections: [] });
    expect(tallyOf(seen)).toEqual({ ...NO_PICTURES, pictures: 1, empty: 1 });
  });

  test('of objects where live detects none has the largest error, and is not empty', () => {
    const seen = scorePicture({ kind: 'live', detections: [] }, { status: 'done', detections: [car(0)] });
    expect(tallyOf(seen)).toMatchObject({ empty: 0, disagreements: { '1.0000': 1 }, countErrors: { '1.0000': 1 } });
  });

  test('of a failed replay', () => {
    expect(tallyOf({ status: 'failed' })).toEqual({ ...NO_PICTURES, pictures: 1, failures: 1 });
  });

  test("against a human has no disagreements, and a human's 0 with nothing seen is empty", () => {
    const off = scorePicture({ kind: 'human', count: 2 }, { status: 'done', detections: [car(0)] });
    expect(tallyOf(off)).toMatchObject({ disagreements: {}, countErrors: { '0.5000': 1 }, empty: 0 });
    const empty = scorePicture({ kind: 'human', count: 0 }, { status: 'done', detections: [] });
    expect(tallyOf(empty)).toMatchObject({ disagreements: {}, countErrors: {}, empty: 1 });
  });

  test('summarizes means with bounds', () => {
    const live: Baseline = { kind: 'live', detections: [car(0), car(100)], ms: 50 };
    let sum = NO_PICTURES;
    for (let picture = 0; picture < 100; picture++) {
      const detections = picture % 4 === 0 ? [car(0)] : [car(0), car(100)];
      sum = add(sum, scorePicture(live, { status: 'done', detections, ms: picture < 5 ? 200 : 60 }, { factor: 2 }));
    }
    const { disagreement, countError, failed, slow, meanIou, meanConfidenceShift } = summarize(
      add(sum, { status: 'failed' }),
    );
    expect(disagreement.mean).toBeCloseTo(0.125, 9);
    expect(disagreement.atLeast).toBeGreaterThan(0.06);
    expect(disagreement.atMost).toBeLessThan(0.22);
    expect(countError).toEqual(disagreement);
    expect(failed.mean).toBeCloseTo(1 / 101, 9);
    expect(slow.mean).toBeCloseTo(0.05, 9);
    expect(meanIou).toBe(1);
    expect(meanConfidenceShift).toBe(0);
    expect(summarize(NO_PICTURES)).not.toHaveProperty('meanIou');
    expect(summarize(NO_PICTURES).slow).not.toHaveProperty('mean');
    expect(summarize(sum, 0.5).disagreement.atMost).toBeLessThan(disagreement.atMost);
  });

  test('summarizes IoU and confidence per match', () => {
    const live: Baseline = { kind: 'live', detections: [car(0), car(100)] };
    const unsure = [car(0), car(100)].map((each) => ({ ...each, confidence: 0.7 }));
    const seen = scorePicture(live, { status: 'done', detections: unsure });
    expect(summarize(add(tallyOf(seen), seen)).meanConfidenceShift).toBeCloseTo(-0.2, 9);
  });

  test('samples are the histogram, and the hits among the trials', () => {
    expect(sampleOf({ '0.0000': 3, '0.2500': 2 })).toEqual([
      [0, 3],
      [0.25, 2],
    ]);
    expect(sampleOfHits(2, 7)).toEqual([
      [0, 5],
      [1, 2],
    ]);
  });

  test('a label can have the name of a property of every object', () => {
    const odd = { ...car(0), label: 'constructor' };
    const seen = scorePicture({ kind: 'live', detections: [] }, { status: 'done', detections: [odd] });
    expect(add(tallyOf(seen), seen).countDifferences).toEqual({ constructor: 2 });
  });
});

describe('the shadow with its default gates', () => {
  const { plan } = checkPlan([shadow(), canary({ percent: 10 })], { kind: 'count', capture: 1 });
  const step = stepsOf(plan ?? []).find(({ kind }) => kind === 'shadow') as ShadowStep;

  /** The first verdict that is not to hold, looked for every 20 of 2000 pictures; what agreement said then. */
  function judged(see: (seen: readonly Detection[], random: Random) => readonly Detection[], samePixels = false) {
    const random = new Random(11);
    let tally = NO_PICTURES;
    for (let looks = 0; looks < 100; looks++) {
      for (let picture = 0; picture < 20; picture++) {
        const { live, candidate } = makeScene(random, samePixels);
        const replay = { status: 'done', detections: see(candidate, random), ms: 90 } as const;
        tally = add(tally, scorePicture({ kind: 'live', detections: live, ms: 80 }, replay, { factor: 2 }));
      }
      const { outcome, findings } = judgeShadow(step, tally);
      const agreement = findings.find((finding) => 'gate' in finding && finding.gate === 'agreement')?.outcome;
      if (outcome !== 'hold') return { outcome, agreement, pictures: tally.pictures };
    }
    return { outcome: 'hold', agreement: 'hold', pictures: tally.pictures };
  }

  test('passes an equal model with the same pixels, or the same picture encoded again', () => {
    expect(judged(NO_FAULT.see, true)).toEqual({ outcome: 'promote', agreement: 'promote', pictures: 200 });
    expect(judged(NO_FAULT.see)).toMatchObject({ outcome: 'promote', agreement: 'promote' });
  });

  test.each(FAULTS.filter(({ see }) => see !== NO_FAULT.see).map(({ name, see }) => [name, see] as const))(
    'goes back for: %s',
    (_, see) => {
      expect(judged(see).outcome).toBe('roll back');
    },
  );

  test('agreement alone finds everything twice, and one object in three missed', () => {
    expect(judged((seen) => [...seen, ...seen], true).agreement).toBe('roll back');
    expect(judged((seen, random) => seen.filter(() => !random.chance(1 / 3)), true).agreement).toBe('roll back');
  });

  test('agreement alone finds colours exchanged: measured on 660 photos, four objects in ten differ', () => {
    const exchanged = (seen: readonly Detection[], random: Random) =>
      seen.filter(() => !random.chance(0.3)).map((each) => (random.chance(0.15) ? { ...each, label: 'boat' } : each));
    expect(judged(exchanged, true).agreement).toBe('roll back');
  });

  test('agreement alone finds numbers that are none', () => {
    const broken = (seen: readonly Detection[]) => seen.map((each) => ({ ...each, confidence: Number.NaN }));
    expect(judged(broken, true).agreement).toBe('roll back');
    expect(judged(() => [], true).agreement).toBe('roll back');
  });

  test('the same objects a little elsewhere are the same objects, half a box away they are not', () => {
    const moved = (share: number) => (seen: readonly Detection[]) =>
      seen.map((each) => ({ ...each, box: { ...each.box, x: each.box.x + share * each.box.width } }));
    expect(judged(moved(0.05), true).agreement).toBe('promote');
    expect(judged(moved(0.5), true).agreement).toBe('roll back');
  });

  test('pictures without objects, however many, prove nothing', () => {
    const empty = scorePicture(
      { kind: 'live', detections: [], ms: 80 },
      { status: 'done', detections: [], ms: 80 },
      { factor: 2 },
    );
    const tally = Array.from({ length: 2000 }, () => tallyOf(empty)).reduce(merge);
    expect(judgeShadow(step, tally).outcome).toBe('hold');
  });
});
