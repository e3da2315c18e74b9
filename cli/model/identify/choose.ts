import { join } from 'node:path';
import { ModelOutputError, ModelPackageError } from '../../../functions/detection/errors.ts';
import { loadModel, type Manifest } from '../../../functions/detection/model.ts';
import { formatJson } from '../files/format-json.ts';
import { writeWhole } from '../files/write-whole.ts';
import { ambiguous, describeReading } from './ambiguous.ts';
import { UnsupportedModelError } from './facts.ts';
import { runGolden, type TrialContext } from './golden-run.ts';
import { type GoldenRun, judge, type Sanity } from './sanity.ts';

/** A manifest and its results on the golden pictures. */
export interface Trial {
  readonly manifest: Manifest;
  readonly runs: readonly GoldenRun[];
  readonly sanity: Sanity;
}

/**
 * Tries manifests of one model on the golden pictures.
 * @returns the trial with plausible detections, the best of several
 * @throws UnsupportedModelError with the problems of each manifest, if none gives plausible detections; with the
 * readings, if several are equally good
 */
export async function chooseManifest(context: TrialContext, manifests: readonly Manifest[]): Promise<Trial> {
  const trials: Trial[] = [];
  const failures: string[] = [];
  for (const manifest of manifests) {
    const trial = await tryManifest(context, manifest);
    if (typeof trial === 'string') failures.push(`as ${describeReading(manifest)}: ${trial}`);
    else if (trial.sanity.faults.length > 0)
      failures.push(`as ${describeReading(manifest)}: ${trial.sanity.faults.join('; ')}`);
    else trials.push(trial);
  }
  const best = trials.toSorted((a, b) => b.sanity.quality - a.sanity.quality)[0];
  if (!best) throw implausible([...new Set(failures)]);
  const equal = ambiguous(trials, best);
  if (equal) throw equal;
  return best;
}

/** Runs one manifest on the golden pictures. @returns the reason in words if the manifest does not fit the model */
export async function tryManifest(context: TrialContext, manifest: Manifest): Promise<Trial | string> {
  await writeWhole(join(context.folder, 'model.json'), formatJson(manifest));
  try {
    const model = await loadModel(context.folder);
    try {
      const runs = await runGolden(context, model);
      return { manifest, runs, sanity: judge(runs) };
    } finally {
      await model.release();
    }
  } catch (error) {
    if (error instanceof ModelPackageError || error instanceof ModelOutputError) return error.message;
    throw error;
  }
}

function implausible(failures: readonly string[]): UnsupportedModelError {
  return new UnsupportedModelError(
    [
      'Expected plausible detections in the golden pictures, received:',
      ...failures.map((failure) => `  ${failure}`),
      'The outputs have a known shape, but their values have another meaning, or the model expects another input. ' +
        'Look up the input of the model and set it (--colour, --scale, --mean, --std, --fit), set its --family, ' +
        'or export it with the usual head. If the golden pictures (apples, cars, potted plants, an empty road) ' +
        'show none of its classes, use your own: --golden <folder> --golden-truth <file>.',
    ].join('\n'),
  );
}
