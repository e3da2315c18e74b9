import fc from 'fast-check';
import { evidenceAbove } from '../../functions/evidence/bounded-mean.ts';
import { decide } from '../../functions/judge/decide.ts';
import { explain, explainFinding } from '../../functions/judge/explain.ts';
import type { FindingOf } from '../../functions/judge/finding.ts';
import {
  fewestBlocks,
  fewestPhotos,
  judgeLabels,
  type LabelsTally,
  NO_LABELS,
  photosToCome,
  type SkipReason,
} from '../../functions/judge/labels.ts';
import { NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { requiredMeasurement, startRollout } from '../../functions/judge/state.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import type { ShadowOptions } from '../../functions/plan/plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { type ShadowStep, stepsOf } from '../../functions/plan/steps.ts';
import { gatesOf } from '../../functions/standing/gates.ts';

const PREFIX = { prefix: 'labels/cars/mine/' };

function stepsWith(options: ShadowOptions = {}) {
  const plan = [shadow({ judge: 'labels', labels: PREFIX, ...options }), canary({ percent: 10 })];
  return stepsOf(checkPlan(plan, { kind: 'count', capture: 1 }).plan ?? []);
}

const stepOf = (options?: ShadowOptions) => stepsWith(options)[1] as ShadowStep;

/** So many blocks with each x; as many photos. */
function tallyOf(sample: LabelsTally['sample'], more: Partial<LabelsTally> = {}): LabelsTally {
  const photos = sample.reduce((sum, [, times]) => sum + times, 0);
  return { ...NO_LABELS, sample, means: { live: 0.1, candidate: 0.4321 }, photos, done: photos, ...more };
}

function findingOf(tally: LabelsTally, options?: ShadowOptions): FindingOf<'labels'> {
  const [finding] = judgeLabels(stepOf(options), tally);
  return finding as FindingOf<'labels'>;
}

const words = (tally: LabelsTally, options?: ShadowOptions) => explainFinding(findingOf(tally, options));

const clearly = tallyOf([[0.9, 30]]);
const reverse = tallyOf([[0.1, 30]], { means: { live: 0.9, candidate: 0.1 } });
const equal = tallyOf([
  [0.4, 20],
  [0.6, 20],
]);

test('a candidate that is proven better is promoted, a worse one rolled back, equals are held', () => {
  expect(findingOf(clearly).outcome).toBe('promote');
  expect(findingOf(reverse).outcome).toBe('roll back');
  expect(findingOf(equal).outcome).toBe('hold');
  expect(findingOf(tallyOf([[0.5, 500]])).outcome).toBe('hold');
});

test('equals are not worse by a margin; what is worse by more is rolled back', () => {
  const options = { goal: 'notWorse', margin: 0.1 } as const;
  expect(findingOf(tallyOf([[0.5, 100]]), options).outcome).toBe('promote');
  expect(findingOf(reverse, options).outcome).toBe('roll back');
  expect(findingOf(tallyOf([[0.46, 100]]), options).outcome).toBe('hold');
});

test('a promotion waits for all photos, a rollback does not', () => {
  expect(findingOf({ ...clearly, photos: 31 }).outcome).toBe('hold');
  expect(findingOf({ ...reverse, photos: 31 }).outcome).toBe('roll back');
});

test('before the first photo, nothing is proven or skipped', () => {
  const [finding] = judgeLabels(stepOf());
  expect(finding).toMatchObject({ outcome: 'hold', tally: { sample: [], photos: 0, skipped: 0, examples: [] } });
});

test('another shadow has no such finding', () => {
  const { labels: _, ...step } = stepOf();
  expect(judgeLabels(step, clearly)).toEqual([]);
});

test('the verdict has its numbers in words', () => {
  expect(words(clearly)).toBe(
    '30 labelled photos: mean AP50 of live 10 %, of the candidate 43.2 % (30 blocks): better with 99 % certainty',
  );
  expect(words(reverse)).toBe(
    '30 labelled photos: mean AP50 of live 90 %, of the candidate 10 % (30 blocks): worse with 99.85 % certainty',
  );
  const options = { goal: 'notWorse', margin: 0.1 } as const;
  expect(words(tallyOf([[0.5, 100]], { measure: 'countError' }), options)).toBe(
    '100 labelled photos: mean count error of live 10 %, of the candidate 43.2 % (100 blocks): ' +
      'not worse by more than 10 points with 99 % certainty',
  );
  expect(words(reverse, options)).toMatch(/: worse by more than 10 points with 99\.85 % certainty$/);
  const open = tallyOf([[0.46, 20]], { photos: 30 });
  expect(words(open, options)).toMatch(/: not yet proven whether it is worse by more than 10 points$/);
});

test('a hold says how far it is, and how many more photos the set needs', () => {
  const some = tallyOf([[0.6, 20]], { photos: 60, done: 45, skipped: 5 });
  expect(words({ ...some, examples: [{ file: 'a.jpg', reason: 'missing' }] })).toBe(
    '40 of 60 labelled photos, without 5 that cannot be used (a.jpg: missing; …): mean AP50 of live 10 %, ' +
      'of the candidate 43.2 % (20 blocks): not yet proven to be better or worse',
  );
  const all = { ...some, photos: 45, examples: [{ file: 'a.jpg', reason: 'other size' }] } as LabelsTally;
  const more = photosToCome(all, { goal: 'better' }, stepOf().alpha) as number;
  expect(words(all)).toBe(
    '40 labelled photos, without 5 that cannot be used (a.jpg: not of the size in the truth; …): ' +
      'mean AP50 of live 10 %, of the candidate 43.2 % (20 blocks): not yet proven to be better or worse; ' +
      `the set is too small: about ${more} more labelled photos needed`,
  );
  // Two photos for each block.
  const blocks = 20 + more / 2;
  expect(findingOf(tallyOf([[0.6, blocks]])).outcome).toBe('promote');
  expect(findingOf(tallyOf([[0.6, blocks - 2]])).outcome).toBe('hold');
  expect(words(equal)).toMatch(/; the set is too small, or the two are about equal$/);
  expect(words(NO_LABELS)).toBe('0 labelled photos: nothing to judge yet');
});

test.each<[SkipReason, string]>([
  ['missing', 'missing'],
  ['repeated', 'the same picture as another photo'],
  ['unreadable', 'no picture that the versions accept'],
  ['other size', 'not of the size in the truth'],
  ['no boxes', 'counts only'],
  ['no labels', "none of the endpoint's labels"],
  ['unanswered', 'not answered by the live version'],
])('a photo that is skipped as %s has its reason', (reason, why) => {
  const two = { skipped: 2, done: 32, photos: 32, examples: ['a.jpg', 'b.jpg'].map((file) => ({ file, reason })) };
  expect(words({ ...clearly, ...two })).toMatch(
    `30 labelled photos, without 2 that cannot be used (a.jpg: ${why}; b.jpg: ${why}): mean AP50 `,
  );
});

test('a margin of one point', () => {
  const options = { goal: 'notWorse', margin: 0.1 } as const;
  const finding = findingOf(reverse, options);
  expect(explainFinding({ ...finding, test: { goal: 'notWorse', margin: 0.01 } })).toMatch(
    /: worse by more than 1 point with 99\.85 % certainty$/,
  );
});

test('a set that cannot be judged says what to do', () => {
  const problem = (of: NonNullable<LabelsTally['problem']>) => words({ ...NO_LABELS, problem: of });
  expect(problem({ code: 'no truth', file: 'labels/cars/mine/truth.json' })).toBe(
    'no labelled set: Expected an object labels/cars/mine/truth.json in the bucket, received none',
  );
  expect(problem({ code: 'invalid truth', file: 't.json', fault: 'Expected JSON, received x' })).toBe(
    'the labelled set cannot be read: t.json: Expected JSON, received x',
  );
  expect(problem({ code: 'other labels', names: ['car', 'bus'] })).toBe(
    'the labelled set has none of the labels car, bus',
  );
  expect(problem({ code: 'changed', file: 't.json' })).toBe(
    't.json has changed since the rollout began: start the rollout again to judge by the new set',
  );
});

test('the fewest blocks and photos are those that can just prove it', () => {
  const least = fewestBlocks({ goal: 'better' }, 0.01);
  expect(least).toBe(11);
  expect(findingOf(tallyOf([[1, least]])).outcome).toBe('promote');
  expect(findingOf(tallyOf([[1, least - 1]])).outcome).toBe('hold');
  expect(fewestBlocks({ goal: 'notWorse', margin: 0.5 }, 0.01)).toBe(5);
  expect(fewestPhotos(0.2, 0.01)).toBe(32);
});

test('the fewest photos are those of a count one by one, also of tiny margins and risks', () => {
  const provenBy = (margin: number, alpha: number, values: number) =>
    evidenceAbove([[1, values]], 1 - margin) >= -Math.log(alpha);
  const oneByOne = (margin: number, alpha: number) => {
    let values = 1;
    while (!provenBy(margin, alpha, values)) values += 1;
    return values;
  };
  const alphas = fc.double({ min: 1e-6, max: 0.49, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0.002, max: 0.999, noNaN: true }), alphas, (margin, alpha) => {
      expect(fewestPhotos(margin, alpha)).toBe(oneByOne(margin, alpha));
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 0.002, noNaN: true }), alphas, (margin, alpha) => {
      const fewest = fewestPhotos(margin, alpha);
      expect([fewest - 1, fewest].map((values) => provenBy(margin, alpha, values))).toEqual([false, true]);
    }),
  );
  expect([1e-7, 1e-9].map((margin) => fewestPhotos(margin, 0.01).toPrecision(3))).toEqual(['7.22e+7', '7.22e+9']);
  expect(fewestPhotos(1e-17, 0.01)).toBe(Number.POSITIVE_INFINITY);
});

describe('a rollout by labels', () => {
  const steps = stepsWith({ gates: { errorRate: { margin: 0.5, tolerance: 0.4 }, latency: false } });
  const state = { ...startRollout({ live: '1', candidate: '2' }, 0), step: 1 };
  const shadowTally = { ...NO_PICTURES, pictures: 30 };
  const next = (labels: LabelsTally) => decide(steps, state, { now: 1000, shadow: shadowTally, labels });

  test('measures the set, and no recorded request', () => {
    const required = requiredMeasurement(steps, state);
    expect(required).toMatchObject({ kind: 'shadow', labels: { prefix: 'labels/cars/mine/', truth: 'truth.json' } });
    expect(required).not.toHaveProperty('people');
  });

  test('goes on to the canary, whose evidence is of live traffic alone', () => {
    const { state: entered, verdict } = next(clearly);
    expect(entered).toMatchObject({ step: 2, status: 'running' });
    expect(entered.replays).toBeUndefined();
    expect(explain(verdict)).toMatch(/better with 99 % certainty/);
  });

  test('is rolled back, or waits for an operator once all photos are answered', () => {
    expect(next(reverse).state.status).toBe('rolled back');
    expect(next({ ...equal, photos: 41 })).toMatchObject({ state: { status: 'running' }, raiseAlarm: false });
    expect(next(equal)).toMatchObject({ state: { status: 'alarmed' }, raiseAlarm: true });
    expect(next({ ...NO_LABELS, problem: { code: 'no truth', file: 'x' } }).state.status).toBe('running');
  });
});

test('the status shows the difference with its bounds', () => {
  const subjects = gatesOf([findingOf(clearly), findingOf({ ...clearly, measure: 'countError' })]);
  expect(subjects.map(({ subject }) => subject)).toEqual([
    'less AP50 than live, by labels',
    'more count error than live, by labels',
  ]);
  expect(subjects[0]?.bounds).toMatchObject({ value: -0.8, promotes_below: 0, rolls_back_above: 0 });
});
