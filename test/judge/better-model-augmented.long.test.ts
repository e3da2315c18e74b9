/**
 * A better model replaces a weak one, by people and by labels: ten seeds of the judging code over the real answers of
 * both models to different pictures. `test/journeys/better-model.long.test.ts` is the same with real rollouts.
 */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateModel } from '../../cli/model/evaluation/evaluate-model.ts';
import { seededRandom } from '../../cli/model/evaluation/random.ts';
import { compare } from '../../functions/judge/agreement.ts';
import { judgeLabels } from '../../functions/judge/labels.ts';
import { type JudgedPicture, tallyTruth, truthOutcome } from '../../functions/judge/truth.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { type ShadowStep, stepsOf } from '../../functions/plan/steps.ts';
import type { TruthTest } from '../../functions/plan/truth-test.ts';
import { orderSet } from '../../functions/records/labelled-order.ts';
import { resultOf, tallyResults } from '../../functions/records/labelled-results.ts';
import type { EvaluatedPhoto } from '../../functions/truth/photos.ts';
import { readTruth } from '../../functions/truth/truth-file.ts';
import { model, packagesWithWeak, ROOT, temporaryFolder } from '../cli/model/command.ts';
import { augmentedPhotos, writeSet } from '../journeys/augmented-photos.ts';

jest.setTimeout(120_000);

const DATA = join(ROOT, '../shared/data');
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const ALPHA = { rollback: 0.01 / 8, promote: 0.01 };
const LABELS = ['car'];

/** Pictures of the pool, and of one labelled set. */
const POOL = 192;
const SET = 144;

/** The answers of two versions to the same pictures. */
interface Answers {
  readonly live: readonly EvaluatedPhoto[];
  readonly candidate: readonly EvaluatedPhoto[];
}

const swap = ({ live, candidate }: Answers): Answers => ({ live: candidate, candidate: live });

/** The indexes of a random sample of the pool, in random order. */
function drawn(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const ranked = Array.from({ length: POOL }, (_, index) => ({ index, rank: random() }));
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ index }) => index);
}

const own = (photo: EvaluatedPhoto | undefined) => (photo?.served ?? []).filter(({ label }) => LABELS.includes(label));

/** A rollout by people: they count picture after picture among those on which the versions differ. */
function byPeople({ live, candidate }: Answers, test: TruthTest, seed: number) {
  const pictures: JudgedPicture[] = [];
  for (const index of drawn(POOL, seed)) {
    const [before, after] = [own(live[index]), own(candidate[index])];
    if (compare(before, after).agreement === 1) continue;
    const truth = live[index]?.truth.counts.car ?? 0;
    pictures.push({ live: before.length, candidate: after.length, people: [truth] });
    const outcome = truthOutcome(tallyTruth(pictures).sample, test, ALPHA);
    if (outcome !== 'hold') return { outcome, decisions: pictures.length };
  }
  return { outcome: 'hold', decisions: pictures.length };
}

/** A rollout by a labelled set of some of the pictures. */
function byLabels({ live, candidate }: Answers, test: TruthTest, seed: number) {
  const plan = [shadow({ judge: 'labels', labels: { prefix: 'labels/x/y/' }, ...test }), canary({ percent: 10 })];
  const step = stepsOf(checkPlan(plan, { kind: 'count', capture: 1 }).plan ?? [])[1] as ShadowStep;
  const indexes = drawn(SET, seed);
  const answers = new Map(indexes.map((index) => [live[index]?.truth.file, index]));
  const set = orderSet(
    indexes.flatMap((index) => live[index]?.truth ?? []),
    LABELS,
    `seed ${seed}`,
  );
  const results = set.photos.map(({ truth }) => {
    const index = answers.get(truth.file) ?? -1;
    const result = (of: readonly EvaluatedPhoto[]) => resultOf(truth, own(of[index]), set.names);
    return { file: truth.file, live: result(live), candidate: result(candidate) };
  });
  return judgeLabels(step, tallyResults(set, results))[0]?.outcome;
}

const when = existsSync(DATA) ? describe : describe.skip;
when('ten seeds over real answers (needs ../shared/data)', () => {
  let better: Answers;

  beforeAll(async () => {
    const models = packagesWithWeak();
    const photos = join(temporaryFolder(), 'photos');
    mkdirSync(photos);
    writeSet(photos, await augmentedPhotos(join(DATA, 'photos'), POOL, 3));
    const added = await model(['add', join(DATA, 'models/yolox_nano.onnx'), '--name', 'yolox', '--models', models]);
    expect(added).toMatchObject({ code: 0 });
    const truths = await readTruth(join(photos, 'truth.json'));
    const options = { photos, truths, criterion: 'f1' } as const;
    const live = await evaluateModel(join(models, 'weak'), options);
    const candidate = await evaluateModel(join(models, 'yolox'), options);
    better = { live: live.photos, candidate: candidate.photos };
  });

  test('by people: the better model goes live within 40 decisions, the worse one is rolled back', () => {
    const outcomes = SEEDS.map((seed) => byPeople(better, { goal: 'better' }, seed));
    const live = outcomes.filter(({ outcome, decisions }) => outcome === 'promote' && decisions <= 40);
    expect(live.length).toBeGreaterThanOrEqual(9);
    const reverse = SEEDS.map((seed) => byPeople(swap(better), { goal: 'better' }, seed));
    const back = reverse.filter(({ outcome, decisions }) => outcome === 'roll back' && decisions <= 40);
    expect(back.length).toBeGreaterThanOrEqual(9);
  });

  test('by 144 labelled photos: the better model goes live, the worse one is rolled back', () => {
    const outcomes = SEEDS.map((seed) => byLabels(better, { goal: 'better' }, seed));
    expect(outcomes.filter((outcome) => outcome === 'promote').length).toBeGreaterThanOrEqual(9);
    const reverse = SEEDS.map((seed) => byLabels(swap(better), { goal: 'better' }, seed));
    expect(reverse.filter((outcome) => outcome === 'roll back').length).toBeGreaterThanOrEqual(9);
  });

  test('of equals, none is better; as "not worse" they go live', () => {
    const equals = alike(better);
    for (const judge of [byPeople, byLabels]) {
      const outcomes = SEEDS.map((seed) => judge(equals, { goal: 'better' }, seed)).map((end) =>
        typeof end === 'object' ? end.outcome : end,
      );
      expect(outcomes.filter((outcome) => outcome !== 'hold')).toEqual([]);
    }
    const same = { live: better.candidate, candidate: better.candidate };
    const outcomes = SEEDS.map((seed) => byLabels(same, { goal: 'notWorse', margin: 0.2 }, seed));
    expect(outcomes).toEqual(SEEDS.map(() => 'promote'));
  });
});

/** Two versions that are as good: each has the better answers to half of the pictures. */
function alike({ live, candidate }: Answers): Answers {
  const mixed = (a: readonly EvaluatedPhoto[], b: readonly EvaluatedPhoto[]) =>
    a.map((photo, index) => (Math.floor(index / 24) % 2 === 0 ? photo : (b[index] ?? photo)));
  return { live: mixed(live, candidate), candidate: mixed(candidate, live) };
}
