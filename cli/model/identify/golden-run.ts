import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECODERS } from '../../../functions/detection/decoders/decoders.ts';
import { detect } from '../../../functions/detection/detect.ts';
import type { Model } from '../../../functions/detection/model.ts';
import type { PhotoTruth } from '../evaluation/photos.ts';
import { goldenPictures } from '../files/golden-pictures.ts';
import type { GoldenRun } from './sanity.ts';

/** Where manifests of one model are tried. */
export interface TrialContext {
  /** Has `model.onnx` and `golden/`; its `model.json` is overwritten. */
  readonly folder: string;
  /** What is in the golden pictures, where that is known; labels that the model does not know are left out. */
  readonly truths: readonly PhotoTruth[];
  /** What the model answered so far: slow ones need seconds for each round, and most manifests feed it the same. */
  readonly outputs: Map<string, readonly Float32Array[]>;
}

/**
 * Runs a model over a package's golden pictures.
 * @throws ModelOutputError for values that the family rules out
 */
export async function runGolden({ folder, truths, outputs }: TrialContext, model: Model): Promise<GoldenRun[]> {
  const runs: GoldenRun[] = [];
  for (const picture of await goldenPictures(folder)) {
    const bytes = await readFile(join(folder, 'golden', picture));
    const once = answeringOnce(model, picture, outputs);
    runs.push({ ...(await run(once, bytes)), picture, truth: knownTruth(picture, model, truths) });
  }
  return runs;
}

/** The model, as far as one picture is concerned: what it was fed before in the same way it is not asked again. */
function answeringOnce(model: Model, picture: string, outputs: TrialContext['outputs']): Model {
  const { family, input, outputs: names } = model.manifest;
  const key = JSON.stringify([picture, family, input, names]);
  const infer: Model['infer'] = async (tensor) => {
    const known = outputs.get(key) ?? (await model.infer(tensor));
    outputs.set(key, known);
    return known;
  };
  return { ...model, infer };
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
