import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { addCommand } from '../../../cli/model/commands/add.ts';
import { evaluateModel, type ModelEvaluation } from '../../../cli/model/evaluation/evaluate-model.ts';
import { readTruth } from '../../../cli/model/evaluation/truth.ts';
import { packageNames } from '../../../cli/model/package/folder.ts';
import { ROOT, temporaryFolder } from './command.ts';

const DATA = join(ROOT, '../shared/data');

interface Expected {
  readonly family: string;
  readonly licence?: string;
  /** How many of the COCO photos: a picture takes the quantized ones a third of a second. */
  readonly photos: number;
  /** AP50 on them in per cent, as measured when this was written. */
  readonly ap50: number;
}

/** With nothing said but the file: all else is guessed, and proved on the golden pictures. */
const MODELS: readonly [file: string, Expected][] = [
  ['yolox_nano.onnx', { family: 'yolox', photos: 24, ap50: 30.6 }],
  ['nanodet_m_hpc203.onnx', { family: 'nanodet', photos: 24, ap50: 30.8 }],
  ['FastestDet.onnx', { family: 'fastestdet', photos: 24, ap50: 23.2 }],
  ['yolov8n_int8.AGPL.onnx', { family: 'yolov8', licence: 'AGPL-3.0', photos: 8, ap50: 52.4 }],
  ['yolov10n_int8.AGPL.onnx', { family: 'end-to-end', licence: 'AGPL-3.0', photos: 8, ap50: 52.4 }],
];

async function addAndEvaluate(file: string, photos: number): Promise<ModelEvaluation> {
  const models = temporaryFolder();
  const options = { models, input: {}, packageVersion: '1.0.0' };
  await addCommand(join(DATA, 'models', file), options, { print: () => {}, note: () => {} });
  const [name] = await packageNames(models);
  const truths = (await readTruth(join(DATA, 'photos/truth.json'))).filter(({ boxes }) => boxes).slice(0, photos);
  return evaluateModel(join(models, name as string), { photos: join(DATA, 'photos'), truths, criterion: 'f1' });
}

const when = existsSync(DATA) ? describe : describe.skip;
when(
  'every shared model serves with only its file, and finds the objects of COCO photos (needs ../shared/data)',
  () => {
    test.each(MODELS)(
      '%s',
      async (file, { family, licence = 'NOASSERTION', photos, ap50 }) => {
        const { manifest, evaluation } = await addAndEvaluate(file, photos);
        expect(manifest).toMatchObject({ family, licence, provenance: basename(file) });
        expect(manifest.labels).toEqual(JSON.parse(readFileSync(join(DATA, 'coco80.json'), 'utf8')));
        const measured = (evaluation.mean.ap50 ?? 0) * 100;
        expect(Math.abs(measured - ap50)).toBeLessThan(1.5);
        const person = evaluation.labels.find(({ label }) => label === 'person');
        expect(person?.served.precision).toBeGreaterThan(0.45);
      },
      180_000,
    );
  },
);
