/**
 * "My new model is better than the one that serves", by `npm start` and `npm run deploy`: YOLOX-nano against a weak
 * one, judged by people and by labels, in both directions and between equals. A scripted referee knows the
 * labels. Ten seeds of the same judgement are in `test/judge/better-model-augmented.long.test.ts`.
 */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JudgeAnswer, PairToJudge } from '../../functions/api/judge-schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import type { FindingOf } from '../../functions/judge/finding.ts';
import type { LabelledRecord } from '../../functions/records/labelled-record.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { model, packagesWithWeak, ROOT } from '../cli/model/command.ts';
import { type AugmentedPhoto, augmentedPhotos, countOf, writeSet } from './augmented-photos.ts';
import type { Stage } from './fixtures/better-endpoints.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(240_000);

const DATA = join(ROOT, '../shared/data');
const PHOTOS = join(DATA, 'photos');
const folder = mkdtempSync(join(tmpdir(), 'better-model-'));
const models = join(folder, 'models');
const labelled = join(folder, 'labelled');
/** Decisions with which a rollout by people has ended. */
const MOST_DECISIONS = 40;

let laptop: RolloutLaptop;
let traffic: AugmentedPhoto[];
let ends: Record<string, TickRecord>;
let decisions: Record<string, number>;

/** The settings before or after the swap, as an owner edits them. @returns values of `-c` */
function settings(isAfter: boolean): string[] {
  const file = join(folder, `endpoints-${isAfter}.mjs`);
  const stage: Stage = { isAfter, strong: 'yolox-nano', folder: labelled };
  writeFileSync(
    file,
    `import { deploymentOf } from '${join(__dirname, 'fixtures/better-endpoints.ts')}';\n` +
      `export const deployment = deploymentOf(${JSON.stringify(stage)});\n`,
  );
  return [`endpoints=${file}`, `models=${models}`];
}

/** As an owner chooses them: 90 photos with cars, and 10 without. */
function withCars(photos: readonly AugmentedPhoto[]): AugmentedPhoto[] {
  const [some, none] = [
    photos.filter((photo) => countOf(photo, 'car') > 0),
    photos.filter((photo) => countOf(photo, 'car') === 0),
  ];
  return [...some.slice(0, 90), ...none.slice(0, 10)];
}

/**
 * Sends each picture to both endpoints, by turns, so that one camera within a minute sends few.
 * @returns for each endpoint the number of cars by the id of the request
 */
async function record(endpoints: readonly string[]): Promise<readonly ReadonlyMap<string, number>[]> {
  const cars = endpoints.map(() => new Map<string, number>());
  for (const photo of traffic) {
    for (const [index, endpoint] of endpoints.entries()) {
      const { id = '' } = await laptop.client.post(endpoint, photo.bytes);
      cars[index]?.set(id, countOf(photo, 'car'));
    }
  }
  return cars;
}

/** The side whose number of cars is nearer to the truth. */
function preferenceOf({ first, second }: PairToJudge, cars: number): string {
  const [a, b] = [Math.abs(first.length - cars), Math.abs(second.length - cars)];
  return a === b ? 'both' : a < b ? 'first' : 'second';
}

/** Decides every pair until the shadow ends. @returns the number of decisions */
async function referee(endpoint: string, cars: ReadonlyMap<string, number>): Promise<number> {
  const decided = new Set<string>();
  for (;;) {
    const answer = (await laptop.client.get(`${endpoint}/judge?by=Ada`)) as Partial<JudgeAnswer>;
    if (answer.state === 'ended') return decided.size;
    for (const pair of (answer.state === 'judging' && answer.pairs) || []) {
      const preference = preferenceOf(pair, cars.get(pair.id) ?? 0);
      await laptop.client.prefer(endpoint, pair.id, { preference, pair: pair.pair, by: 'Ada' });
      decided.add(pair.id);
    }
    await pause(500);
  }
}

async function byPeople(endpoint: string, cars: ReadonlyMap<string, number> = new Map()): Promise<void> {
  decisions[endpoint] = await referee(endpoint, cars);
  await byLabels(endpoint);
}

/** Until the rollout has ended, or waits for an operator. Only its canary needs traffic. */
async function byLabels(endpoint: string): Promise<void> {
  await laptop.until(endpoint, '2', ({ step, status }) => step.kind === 'weight' || status !== 'running', 500);
  const load = laptop.client.load(endpoint, traffic[0]?.bytes ?? new Uint8Array(), { paceMs: 250 });
  ends[endpoint] = await laptop.until(endpoint, '2', ({ status }) => status !== 'running', 500);
  await load.stop();
}

const when = existsSync(DATA) ? describe : describe.skip;
when('a swap of models (needs ../shared/data)', () => {
  beforeAll(async () => {
    cpSync(packagesWithWeak('counter-nano'), models, { recursive: true });
    const file = join(DATA, 'models/yolox_nano.onnx');
    expect(await model(['add', file, '--name', 'yolox-nano', '--models', models])).toMatchObject({ code: 0 });
    mkdirSync(labelled);
    writeSet(labelled, withCars(await augmentedPhotos(PHOTOS, 192, 1)));
    traffic = (await augmentedPhotos(PHOTOS, 110, 2)).filter((photo) => countOf(photo, 'car') > 0).slice(0, 60);
    laptop = await RolloutLaptop.startWith(settings(false), 'better');
    const [better, worse] = await record(['people-better', 'people-worse']);
    await laptop.redeploy(settings(true));
    [ends, decisions] = [{}, {}];
    const labels = ['labels-better', 'labels-worse', 'labels-equal', 'labels-same'].map(byLabels);
    await Promise.all([...labels, byPeople('people-better', better), byPeople('people-worse', worse)]);
  });

  afterAll(async () => {
    await laptop?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['people-better', 'labels-better'])('%s: the better model goes live', async (endpoint) => {
    expect(ends[endpoint]).toMatchObject({ status: 'done', traffic: 'version 2: 100 %' });
    const audit = await laptop.audit(endpoint, '2');
    const words = audit.flatMap((record) => (record.step.kind === 'shadow' ? record.words : []));
    expect(words.at(-1)).toMatch(/: better with 99 % certainty/);
  });

  test.each(['people-worse', 'labels-worse'])('%s: the reverse swap is rolled back', (endpoint) => {
    expect(ends[endpoint]).toMatchObject({ status: 'rolled back', traffic: 'version 1: 100 %' });
    expect(ends[endpoint]?.words).toMatch(/: worse with 99\.\d+ % certainty/);
  });

  test('people decide at most 40 pictures', () => {
    expect(Math.max(...Object.values(decisions))).toBeLessThanOrEqual(MOST_DECISIONS);
    expect(Object.keys(decisions)).toHaveLength(2);
  });

  test('of equals, none is better: the rollout waits and says so; as "not worse" the new one goes live', () => {
    expect(ends['labels-equal']).toMatchObject({ status: 'alarmed', traffic: 'version 1: 100 %' });
    expect(ends['labels-equal']?.words).toMatch(/the set is too small, or the two are about equal/);
    expect(ends['labels-same']).toMatchObject({ status: 'done', traffic: 'version 2: 100 %' });
  });

  test('a rollout by labels needs no recorded request, and reports both versions against the truth', async () => {
    const finding = ends['labels-worse']?.findings.find(({ kind }) => kind === 'labels') as FindingOf<'labels'>;
    expect(finding.tally).toMatchObject({ measure: 'ap50', photos: 100, done: 100, skipped: 0 });
    const stored = await laptop.objects(KEYS.rollouts('labels-better'));
    const json = [...stored].find(([key]) => key.endsWith('/labels.json'))?.[1] ?? '{}';
    const { labels, different } = JSON.parse(json) as LabelledRecord;
    const [car] = labels;
    expect(car?.label).toBe('car');
    expect(car?.candidate.ap50 ?? 0).toBeGreaterThan(3 * (car?.live.ap50 ?? 0));
    expect(different).toHaveLength(12);
    const out = join(folder, 'report.html');
    expect(await laptop.report('labels-better', out)).toBe('2');
    expect(readFileSync(out, 'utf8')).toContain('AP50');
  });
});
