/**
 * The story: a better model replaces the weak live one, by people. Both models answer the shared photos once; a
 * scripted referee knows the number of objects in each photo. Each seed draws other photos, with replacement.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateModel } from '../../cli/model/evaluation/evaluate-model.ts';
import { compare } from '../../functions/judge/agreement.ts';
import { type JudgedPicture, tallyTruth, truthOutcome } from '../../functions/judge/truth.ts';
import type { TruthTest } from '../../functions/plan/truth-test.ts';
import { readTruth } from '../../functions/truth/truth-file.ts';
import { model, packagesWithWeak, ROOT } from '../cli/model/command.ts';

const DATA = join(ROOT, '../shared/data');
const PHOTOS = join(DATA, 'photos');
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const MOST = 250;

type Judged = readonly JudgedPicture[];

/** How a rollout by people ends, and after how many decisions. */
function rollout(pictures: Judged, test: TruthTest, seed: number) {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const drawn: JudgedPicture[] = [];
  while (drawn.length < MOST) {
    drawn.push(pictures[Math.floor(random() * pictures.length)] as JudgedPicture);
    const outcome = truthOutcome(tallyTruth(drawn).sample, test, { rollback: 0.01 / 8, promote: 0.01 });
    if (outcome !== 'hold') return { outcome, decisions: drawn.length };
  }
  return { outcome: 'hold', decisions: MOST };
}

const outcomesOf = (pictures: Judged, test: TruthTest) => SEEDS.map((seed) => rollout(pictures, test, seed));
const medianOf = (outcomes: ReturnType<typeof outcomesOf>) =>
  outcomes.map(({ decisions }) => decisions).toSorted((a, b) => a - b)[outcomes.length / 2] ?? 0;
const swap = (pictures: Judged): Judged =>
  pictures.map(({ live, candidate, people }) => ({ live: candidate, candidate: live, people }));

const when = existsSync(DATA) ? describe : describe.skip;
when('a better model, judged by people (needs ../shared/data)', () => {
  let pictures: Judged;

  beforeAll(async () => {
    const models = packagesWithWeak();
    const file = join(DATA, 'models/yolox_nano.onnx');
    expect(await model(['add', file, '--name', 'yolox', '--models', models])).toMatchObject({ code: 0 });
    const truths = (await readTruth(join(PHOTOS, 'truth.json'))).filter(({ boxes }) => boxes);
    const options = { photos: PHOTOS, truths, criterion: 'f1' } as const;
    const live = await evaluateModel(join(models, 'weak'), options);
    const candidate = await evaluateModel(join(models, 'yolox'), options);
    const own = live.manifest.labels.filter((label) => candidate.manifest.labels.includes(label));
    pictures = truths.flatMap(({ counts }, index) => {
      const of = ({ photos }: typeof live) => (photos[index]?.served ?? []).filter(({ label }) => own.includes(label));
      if (compare(of(live), of(candidate)).agreement === 1) return [];
      const people = [own.reduce((sum, label) => sum + (counts[label] ?? 0), 0)];
      return [{ live: of(live).length, candidate: of(candidate).length, people }];
    });
  }, 120_000);

  test('goes live within 40 decisions in at least 9 of 10 seeds', () => {
    const outcomes = outcomesOf(pictures, { goal: 'better' });
    const early = outcomes.filter(({ outcome, decisions }) => outcome === 'promote' && decisions <= 40);
    expect(early.length).toBeGreaterThanOrEqual(9);
    expect(medianOf(outcomes)).toBeLessThanOrEqual(20);
  });

  test('the reverse swap is rolled back', () => {
    const outcomes = outcomesOf(swap(pictures), { goal: 'better' });
    const early = outcomes.filter(({ outcome, decisions }) => outcome === 'roll back' && decisions <= 40);
    expect(early.length).toBeGreaterThanOrEqual(9);
  });

  test('of equals, none is better: held, or promoted as not worse', () => {
    const equals = [...pictures, ...swap(pictures)];
    const better = outcomesOf(equals, { goal: 'better' });
    expect(better.filter(({ outcome }) => outcome === 'hold').length).toBeGreaterThanOrEqual(9);
    const notWorse = outcomesOf(equals, { goal: 'notWorse', margin: 0.25 });
    expect(notWorse.filter(({ outcome }) => outcome === 'promote').length).toBeGreaterThanOrEqual(9);
  });
});
