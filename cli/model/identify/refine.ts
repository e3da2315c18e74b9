import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { TrialContext } from './golden-run.ts';
import { SEARCH_FLOOR, stableThreshold } from './stable-threshold.ts';
import { type Trial, tryManifest } from './trial.ts';

/** Chooses a confidence threshold that is not close to any golden detection. */
export async function refineThreshold(context: TrialContext, chosen: Trial): Promise<Trial> {
  const low = await tryManifest(context, withConfidence(chosen.manifest, SEARCH_FLOOR));
  if (typeof low === 'string') return chosen;
  const scores = low.runs.flatMap(({ detections }) => detections.map((detection) => detection.confidence));
  const refined = await tryManifest(context, withConfidence(chosen.manifest, stableThreshold(scores)));
  return typeof refined === 'string' || refined.sanity.faults.length > 0 ? chosen : refined;
}

function withConfidence(manifest: Manifest, confidence: number): Manifest {
  return { ...manifest, thresholds: { ...manifest.thresholds, confidence } };
}
