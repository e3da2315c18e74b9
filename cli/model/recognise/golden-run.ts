import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECODERS } from '../../../functions/detection/decoders/families.ts';
import { detect } from '../../../functions/detection/detect.ts';
import type { Model } from '../../../functions/detection/model.ts';
import type { PhotoTruth } from '../evaluation/photos.ts';
import { goldenPictures } from '../package/golden.ts';
import type { GoldenRun } from './sanity.ts';

/**
 * Runs a model over a package's golden pictures.
 * @param truths what is in them, where that is known; labels that the model does not know are left out
 * @throws ModelOutputError for values that the family rules out
 */
export async function runGolden(folder: string, model: Model, truths: readonly PhotoTruth[]): Promise<GoldenRun[]> {
  const runs: GoldenRun[] = [];
  for (const picture of await goldenPictures(folder)) {
    const bytes = await readFile(join(folder, 'golden', picture));
    runs.push({ ...(await run(model, bytes)), picture, truth: knownTruth(picture, model, truths) });
  }
  return runs;
}

async function run(model: Model, picture: Uint8Array): Promise<Pick<GoldenRun, 'detections' | 'boxes' | 'tensor'>> {
  const { manifest } = model;
  let outputs: readonly Float32Array[] = [];
  const listening: Model = {
    ...model,
    infer: async (tensor) => {
      outputs = await model.infer(tensor);
      return outputs;
    },
  };
  const { detections } = await detect(listening, picture, { annotate: false });
  const thresholds = manifest.labels.map(() => manifest.thresholds.confidence);
  const candidates = DECODERS[manifest.family].decode(outputs, manifest, thresholds);
  return { detections, boxes: candidates.map(({ corners }) => corners), tensor: manifest.input };
}

function knownTruth(picture: string, { manifest }: Model, truths: readonly PhotoTruth[]): PhotoTruth | undefined {
  const truth = truths.find(({ file }) => file === picture);
  const judged = [...(truth?.judged ?? [])].filter((label) => manifest.labels.includes(label));
  return truth && judged.length > 0 ? { ...truth, judged: new Set(judged) } : undefined;
}
