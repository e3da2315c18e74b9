import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECODERS } from '../../../functions/detection/decoders/decoders.ts';
import { detect } from '../../../functions/detection/detect.ts';
import type { Model } from '../../../functions/detection/model.ts';
import type { PhotoTruth, TruthBox } from '../../../functions/truth/photos.ts';
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
  const truth = truths.find(({ file }) => file === picture);
  const objects = truth?.boxes?.filter(({ crowd }) => !crowd) ?? [];
  return { picture, detections, boxes, tensor: input, objects, truth: truth && knownTruth(truth, labels) };
}

/** The truth of a picture for the labels of the model, in the model's spelling. */
function knownTruth(truth: PhotoTruth, labels: readonly string[]): PhotoTruth | undefined {
  const spelling = new Map(labels.map((label) => [comparable(label), label]));
  const own = (label: string) => spelling.get(comparable(label));
  const judged = new Set([...truth.judged].flatMap((label) => own(label) ?? []));
  if (judged.size === 0) return undefined;
  const boxes = truth.boxes?.flatMap((box): TruthBox[] => {
    const label = own(box.label);
    return label === undefined ? [] : [{ ...box, label }];
  });
  return { ...truth, judged, ...(boxes && { boxes }) };
}

/** Because data sets spell one class differently: `Potted Plant`, `pottedplant`, `potted_plant`. */
function comparable(label: string): string {
  return label.toLowerCase().replace(/[\s_-]/g, '');
}
