import { join } from 'node:path';
import { ModelOutputError, ModelPackageError } from '../../../functions/detection/errors.ts';
import { loadModel, type Manifest } from '../../../functions/detection/model.ts';
import { formatJson } from '../files/format-json.ts';
import { writeWhole } from '../files/write-whole.ts';
import { runGolden, type TrialContext } from './golden-run.ts';
import { type GoldenRun, judge, type Sanity } from './sanity.ts';

/** A manifest and its results on the golden pictures. */
export interface Trial {
  readonly manifest: Manifest;
  readonly runs: readonly GoldenRun[];
  readonly sanity: Sanity;
}

/** Runs one manifest on the golden pictures. @returns the reason in words if the manifest does not fit the model */
export async function tryManifest(context: TrialContext, manifest: Manifest): Promise<Trial | string> {
  await writeWhole(join(context.folder, 'model.json'), formatJson(manifest));
  try {
    const model = await loadModel(context.folder);
    try {
      const runs = await runGolden(context, model);
      return { manifest, runs, sanity: judge(runs, manifest.labels) };
    } finally {
      await model.release();
    }
  } catch (error) {
    if (error instanceof ModelPackageError || error instanceof ModelOutputError) return error.message;
    throw error;
  }
}

/** Whether the detections of a trial are plausible. */
export function isPlausible(trial: Trial | string): trial is Trial {
  return typeof trial !== 'string' && trial.sanity.faults.length === 0;
}

/** The trial of the best quality; of equal ones the first. */
export function bestOf(trials: readonly Trial[]): Trial | undefined {
  return trials.toSorted((a, b) => b.sanity.quality - a.sanity.quality)[0];
}
