/** The shared models from their file alone: added, evaluated, served, and swapped. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateModel } from '../../../cli/model/evaluation/evaluate-model.ts';
import type { AliasNote } from '../../../functions/platform/alias.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import { openWorkshop, type Workshop } from '../../journeys/deployments.ts';
import { RolloutLaptop } from '../../journeys/rollout-laptop.ts';
import { model, ROOT } from './command.ts';

const DATA = join(ROOT, '../shared/data');
const PHOTOS = join(DATA, 'photos');

interface Expected {
  readonly file: string;
  readonly family: string;
  readonly licence?: string;
  /** Number of COCO photos: fewer for models that take a third of a second for each. */
  readonly photos: number;
  /** Measured AP50 on them in percent. */
  readonly ap50: number;
}

/** By package name. `model add` gets the file only, and identifies everything else. */
const MODELS: Readonly<Record<string, Expected>> = {
  yolox: { file: 'yolox_nano.onnx', family: 'yolox', photos: 24, ap50: 30.6 },
  nanodet: { file: 'nanodet_m_hpc203.onnx', family: 'nanodet', photos: 12, ap50: 33.9 },
  fastestdet: { file: 'FastestDet.onnx', family: 'fastestdet', photos: 24, ap50: 23.2 },
  yolov8: { file: 'yolov8n_int8.AGPL.onnx', family: 'yolov8', licence: 'AGPL-3.0', photos: 8, ap50: 52.4 },
  yolov10: { file: 'yolov10n_int8.AGPL.onnx', family: 'end-to-end', licence: 'AGPL-3.0', photos: 8, ap50: 52.4 },
};
const NAMES = Object.keys(MODELS);

/** One photo of the course lab for each label. Even the weakest of these detectors finds it. */
const FOUND: readonly [photo: string, label: string][] = [
  ['car.jpg', 'car'],
  ['clock.jpg', 'clock'],
  ['oranges.jpg', 'orange'],
  ['apples.jpg', 'apple'],
];

/** Wide gates, because two detectors differ, and because the test sends few requests. */
const SWAPPED = `countEndpoint({
  name: 'swapped',
  model: 'yolox',
  labels: ['car'],
  rollout: [
    shadow({
      pictures: 12,
      repeats: 'count',
      gates: { agreement: wide, countError: wide, errorRate: wide, latency: false, risk },
    }),
    canary({ percent: 50, duration: '1m', gates: { errorRate: errors, latency: false, minRequests: 10, risk } }),
  ],
})`
  .replaceAll('errors', '{ margin: 0.4, limit: 0.6 }')
  .replaceAll('wide', '{ tolerance: 0.3, margin: 0.6 }')
  .replaceAll('risk', 'risk: { rollback: 0.05, promote: 0.1 }');

function picture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(PHOTOS, name)));
}

const when = existsSync(DATA) ? describe : describe.skip;
when('the shared models, from their file alone (needs ../shared/data)', () => {
  let workshop: Workshop;
  let settings: string;
  let context: string[];
  /** Starts while the models are evaluated. */
  let emulator: Promise<RolloutLaptop>;

  beforeAll(async () => {
    workshop = openWorkshop();
    const add = (name: string, file: string) =>
      model(['add', join(DATA, 'models', file), '--name', name, '--models', workshop.models]);
    const added = await Promise.all(Object.entries(MODELS).map(([name, { file }]) => add(name, file)));
    expect(added.map(({ code }) => code)).toEqual(NAMES.map(() => 0));
    const all = `predictEndpoint({ name: 'see', models: ${JSON.stringify(NAMES)} })`;
    settings = workshop.settings('shared', [all, SWAPPED].join(',\n'));
    context = [`endpoints=${settings}`, `models=${workshop.models}`];
    emulator = RolloutLaptop.startWith(context, 'journey');
    // Because an error before the first `await` of a test would end the process.
    emulator.catch(() => {});
  }, 300_000);

  afterAll(async () => {
    const served = await emulator?.catch(() => undefined);
    await served?.stop();
    workshop?.remove();
  });

  test.each(Object.entries(MODELS))(
    '%s: family, labels, and the known AP50 on COCO photos',
    async (name, { file, family, licence = 'NOASSERTION', photos, ap50 }) => {
      const truths = (await readTruth(join(PHOTOS, 'truth.json'))).filter(({ boxes }) => boxes).slice(0, photos);
      const options = { photos: PHOTOS, truths, criterion: 'f1' } as const;
      const { manifest, evaluation } = await evaluateModel(join(workshop.models, name), options);
      expect(manifest).toMatchObject({ family, licence, provenance: file });
      expect(manifest.labels).toEqual(JSON.parse(readFileSync(join(DATA, 'coco80.json'), 'utf8')));
      expect(Math.abs((evaluation.mean.ap50 ?? 0) * 100 - ap50)).toBeLessThan(1.5);
      const person = evaluation.labels.find(({ label }) => label === 'person');
      expect(person?.served.precision).toBeGreaterThan(0.45);
    },
    120_000,
  );

  test.each(NAMES)(
    '%s: an endpoint of the emulator finds the objects of photos',
    async (name) => {
      const answers = [];
      for (const [photo, label] of FOUND) {
        const { status, answer } = await send(`see?model=${name}`, photo);
        answers.push({ photo, status, model: answer.model.name, found: (answer.counts[label] ?? 0) > 0 });
      }
      expect(answers).toEqual(FOUND.map(([photo]) => ({ photo, status: 200, model: name, found: true })));
    },
    300_000,
  );

  async function send(path: string, photo: string) {
    const { laptop } = await emulator;
    const headers = { 'content-type': 'image/jpeg', accept: 'application/json' };
    const response = await fetch(`${laptop.url}/${path}`, { method: 'POST', body: picture(photo), headers });
    const answer = (await response.json()) as { counts: Record<string, number>; model: { name: string } };
    return { status: response.status, answer };
  }

  test('one line swaps the model of an endpoint: a rollout promotes it, and one command rolls it back', async () => {
    const served = await emulator;
    const cars = ['car.jpg', 'car1.jpg', 'car2.jpg'].map(picture);
    await served.client.postMany('swapped', cars, 20);
    expect((await send('swapped', 'car.jpg')).answer).toMatchObject({ model: { name: 'yolox' }, counts: { car: 1 } });

    const before = readFileSync(settings, 'utf8').split('\n');
    const after = before.map((line) => line.replace("model: 'yolox'", "model: 'nanodet'"));
    expect(after.filter((line, index) => line !== before[index])).toEqual(["  model: 'nanodet',"]);
    writeFileSync(settings, after.join('\n'));
    const deployed = await served.redeploy(context);
    expect(deployed).toContain('Lambda Version 2');
    expect(deployed).toContain('Lambda Alias candidate → version 2');
    expect(deployed).not.toContain('Alias live');

    const end = await served.finish('swapped', '2', cars);
    const steps = (await served.audit('swapped', '2')).map(({ step }) => step.words);
    expect([...new Set(steps)]).toEqual(['golden gate', 'shadow of live', 'canary at 50 %']);
    expect({ status: end.status, traffic: end.traffic }).toEqual({ status: 'done', traffic: 'version 2: 100 %' });
    expect(end.answers.filter(({ status }) => status !== 200)).toEqual([]);
    const note: AliasNote = JSON.parse((await served.alias('swapped')).Description ?? '');
    expect(note).toMatchObject({ previous: '1', rollout: '2' });
    const swapped = await send('swapped', 'car.jpg');
    expect(swapped.answer).toMatchObject({
      model: { name: 'nanodet' },
      release: { function_version: '2', alias: 'live' },
    });

    await served.operate('rollback', 'swapped');
    const back = await send('swapped', 'car.jpg');
    expect(back.answer).toMatchObject({ model: { name: 'yolox' }, release: { function_version: '1', alias: 'live' } });
  }, 120_000);
});
