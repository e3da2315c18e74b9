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

/** Least ratio of qualities that proves an order of colours. Because weak models differ by 10 % in either direction. */
const LEAST_RATIO = 1.15;

/** What the golden pictures show about the order of colours. */
export interface ColourProof {
  /** Whether the manifest's order is clearly better than the other one. */
  readonly checked: boolean;
  /** The other order, if it is clearly better. */
  readonly better?: 'RGB' | 'BGR';
}

/**
 * Compares the manifest's order of colours with the other one. With red and blue exchanged, a model still gives
 * plausible detections, but somewhat fewer.
 */
export async function proveColours(context: TrialContext, { manifest, sanity }: Trial): Promise<ColourProof> {
  if (sanity.objects === 0) return { checked: false };
  const colour = manifest.input.colour === 'RGB' ? 'BGR' : 'RGB';
  const other = await tryManifest(context, { ...manifest, input: { ...manifest.input, colour } });
  const quality = typeof other === 'string' ? 0 : other.sanity.quality;
  if (quality > sanity.quality * LEAST_RATIO) return { checked: false, better: colour };
  return { checked: sanity.quality > quality * LEAST_RATIO };
}
