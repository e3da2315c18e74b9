import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECODERS } from '../../../functions/detection/decoders/decoders.ts';
import { detect } from '../../../functions/detection/detect.ts';
import type { Model } from '../../../functions/detection/model.ts';
import type { PhotoTruth } from '../evaluation/photos.ts';
import { goldenPictures } from '../files/golden-pictures.ts';
import { type OutputCache, withCachedOutputs } from '../run/output-cache.ts';
import type { GoldenRun } from './sanity.ts';

/** Everything that trials of one model share. */
export interface TrialContext {
  /** Has `model.onnx` and `golden/`; each trial overwrites its `model.json`. */
  readonly folder: string;
  /** Annotations of the golden pictures, if there are any. */
  readonly truths: readonly PhotoTruth[];
  /** Because an inference takes seconds with large models, and most manifests feed the model the same. */
  readonly outputs: OutputCache;
}

/**
 * Runs a model over the golden pictures of a package.
 * @throws ModelOutputError for values that the family rules out
 */
export async function runGolden(context: TrialContext, model: Model): Promise<GoldenRun[]> {
  const runs: GoldenRun[] = [];
  for (const picture of await goldenPictures(context.folder)) runs.push(await runPicture(context, model, picture));
  return runs;
}

async function runPicture(
  { folder, truths, outputs }: TrialContext,
  model: Model,
  picture: string,
): Promise<GoldenRun> {
  const { family, input, outputs: names, labels, thresholds } = model.manifest;
  const key = JSON.stringify([picture, family, input, names]);
  const bytes = await readFile(join(folder, 'golden', picture));
  const { detections } = await detect(withCachedOutputs(model, outputs, key), bytes, { annotate: false });
  const least = labels.map(() => thresholds.confidence);
  const candidates = DECODERS[family].decode(outputs.get(key) ?? [], model.manifest, least);
  const boxes = candidates.map(({ corners }) => corners);
  return { picture, detections, boxes, tensor: input, truth: knownTruth(picture, model, truths) };
}

/** The truth of a picture, for the labels of the model. */
function knownTruth(picture: string, { manifest }: Model, truths: readonly PhotoTruth[]): PhotoTruth | undefined {
  const truth = truths.find(({ file }) => file === picture);
  const judged = [...(truth?.judged ?? [])].filter((label) => manifest.labels.includes(label));
  return truth && judged.length > 0 ? { ...truth, judged: new Set(judged) } : undefined;
}
