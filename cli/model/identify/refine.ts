import type { Manifest } from '../../../functions/detection/manifest.ts';
import { type Trial, tryManifest } from './choose.ts';
import type { TrialContext } from './golden-run.ts';
import { SEARCH_FLOOR, stableThreshold } from './stable-threshold.ts';

/** Puts the threshold where no golden detection is near. */
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

/** How much better the golden pictures have to come out for a word about it: weak models differ by 10 % either way. */
const CLEARLY = 1.15;

/**
 * The order of colours in which the golden pictures come out clearly better than in the manifest's. Fed with red and blue exchanged a
 * model still looks plausible and loses some points.
 * @returns `undefined` where the manifest's order is the better one, or nothing is known to tell by
 */
export async function betterColours(
  context: TrialContext,
  { manifest, sanity }: Trial,
): Promise<'RGB' | 'BGR' | undefined> {
  if (sanity.known === 0) return undefined;
  const colour = manifest.input.colour === 'RGB' ? 'BGR' : 'RGB';
  const other = await tryManifest(context, { ...manifest, input: { ...manifest.input, colour } });
  return typeof other !== 'string' && other.sanity.quality > sanity.quality * CLEARLY ? colour : undefined;
}
