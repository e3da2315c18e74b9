import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Evaluation, evaluate } from '../../../cli/model/evaluation/evaluate.ts';
import type { PhotoTruth } from '../../../functions/truth/photos.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import { detected, photo } from './synthetic-photos.ts';

const DATA = join(import.meta.dirname, '../../../../shared/data');

/**
 * Results of pycocotools 2.0.11 for the detections of `reference_yolox_nano.json` on the 24 photos that have boxes:
 * AP50, AP75 and AP50-95, by label. Both files were only converted, never run through our code.
 */
const BY_PYCOCOTOOLS: Record<string, readonly [number, number, number]> = {
  mean: [0.209979, 0.156098, 0.140164],
  dog: [1.0, 1.0, 0.850495],
  'potted plant': [0.306931, 0.026403, 0.084818],
  chair: [0.283828, 0.039604, 0.122112],
  'dining table': [0.663366, 0.663366, 0.50462],
  person: [0.578766, 0.366207, 0.35382],
  clock: [0.0, 0.0, 0.0],
  cup: [0.125413, 0.079208, 0.061386],
  fork: [0.0, 0.0, 0.0],
  knife: [0.0, 0.0, 0.0],
  bowl: [0.405941, 0.405941, 0.325743],
  cake: [0.168317, 0.168317, 0.10099],
  bottle: [0.049505, 0.049505, 0.044554],
  'wine glass': [0.0, 0.0, 0.0],
  sandwich: [0.0, 0.0, 0.0],
  donut: [0.0, 0.0, 0.0],
  bicycle: [0.207921, 0.108911, 0.10495],
  car: [0.232076, 0.145999, 0.129895],
  'traffic light': [0.029703, 0.029703, 0.017822],
  'parking meter': [0.0, 0.0, 0.0],
  airplane: [0.270627, 0.270627, 0.162376],
  bus: [0.336634, 0.336634, 0.285446],
  truck: [0.074257, 0.074257, 0.066832],
  oven: [0.50495, 0.50495, 0.50495],
  toaster: [0.0, 0.0, 0.0],
  sink: [0.0, 0.0, 0.0],
  vase: [0.257426, 0.0, 0.128713],
  refrigerator: [0.50495, 0.50495, 0.40396],
  boat: [0.0, 0.0, 0.0],
  'stop sign': [0.0, 0.0, 0.0],
  'cell phone': [0.0, 0.0, 0.0],
  backpack: [0.0, 0.0, 0.0],
  handbag: [0.0, 0.0, 0.0],
  bench: [0.0, 0.0, 0.0],
  book: [0.0, 0.0, 0.0],
  'sports ball': [1.0, 1.0, 0.8],
  'baseball bat': [0.0, 0.0, 0.0],
  'baseball glove': [0.0, 0.0, 0.0],
  umbrella: [0.252475, 0.0, 0.050495],
  banana: [0.405941, 0.405941, 0.243564],
  apple: [0.0, 0.0, 0.0],
  pizza: [1.0, 1.0, 0.8],
  skateboard: [1.0, 0.0, 0.3],
  kite: [0.0, 0.0, 0.0],
  tv: [0.0, 0.0, 0.0],
  'teddy bear': [0.0, 0.0, 0.0],
  motorcycle: [0.0, 0.0, 0.0],
};

interface Reference {
  photos: Record<string, { detections: { label: string; score: number; box: number[] }[] }>;
}

function evaluateReference(truths: readonly PhotoTruth[]): Evaluation {
  const reference: Reference = JSON.parse(readFileSync(join(DATA, 'reference_yolox_nano.json'), 'utf8'));
  const photos = truths.map((truth) =>
    photo(
      truth,
      reference.photos[truth.file]?.detections.map(({ label, score, box }) => detected(label, score, box)) ?? [],
    ),
  );
  return evaluate(photos, [...(truths[0]?.judged ?? [])]);
}

const when = existsSync(DATA) ? describe : describe.skip;
when('24 COCO photos against pycocotools (needs ../shared/data)', () => {
  let evaluation: Evaluation;
  beforeAll(async () => {
    const truths = await readTruth(join(DATA, 'photos/truth.json'));
    evaluation = evaluateReference(truths.filter(({ boxes }) => boxes));
  });

  test('photos, objects and labels that can be evaluated', () => {
    const labels = evaluation.labels.filter(({ objects }) => objects > 0).map(({ label }) => label);
    expect(evaluation.photos).toBe(24);
    expect(labels.toSorted()).toEqual(
      Object.keys(BY_PYCOCOTOOLS)
        .filter((label) => label !== 'mean')
        .toSorted(),
    );
  });

  test.each(Object.entries(BY_PYCOCOTOOLS))('%s: AP50, AP75 and AP50-95', (label, expected) => {
    const own = label === 'mean' ? evaluation.mean : evaluation.labels.find((each) => each.label === label)?.precisions;
    expect([own?.ap50, own?.ap75, own?.ap].map((each) => each?.toFixed(6))).toEqual(
      expected.map((each) => each.toFixed(6)),
    );
  });
});
