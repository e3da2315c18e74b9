import type { Manifest } from '../../../functions/detection/manifest.ts';
import { type Trial, tryManifest } from './choose.ts';
import type { TrialContext } from './golden-run.ts';
import { SEARCH_FLOOR, stableThreshold } from './stable-threshold.ts';

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

/** Least ratio of qualities for a hint. Because weak models differ by 10 % in either direction. */
const LEAST_RATIO = 1.15;

/**
 * The order of colours with clearly better results on the golden pictures than the manifest's. With red and blue
 * exchanged, a model still gives plausible detections, but somewhat fewer.
 * @returns `undefined` if the manifest's order is not clearly worse, or the golden pictures have no annotated objects
 */
export async function betterColours(
  context: TrialContext,
  { manifest, sanity }: Trial,
): Promise<'RGB' | 'BGR' | undefined> {
  if (sanity.annotated === 0) return undefined;
  const colour = manifest.input.colour === 'RGB' ? 'BGR' : 'RGB';
  const other = await tryManifest(context, { ...manifest, input: { ...manifest.input, colour } });
  return typeof other !== 'string' && other.sanity.quality > sanity.quality * LEAST_RATIO ? colour : undefined;
}
