/** Candidates under the confidence threshold, by which monitoring tells how sure an answer is. */

import type { Candidate } from './decoders/decoder.ts';
import { DECODERS } from './decoders/decoders.ts';
import type { Inferred } from './detect.ts';
import type { Manifest } from './manifest.ts';
import { suppress } from './nms.ts';
import type { Settings } from './options.ts';

/** Confidence from which candidates are recorded: below, nearly none is an object. */
const LEAST_CONFIDENCE = 0.05;
/** Most candidates that are compared with each other, so that a picture of noise takes no longer. */
const MOST_COMPARED = 300;
/** Most candidates that are recorded. */
const MOST = 20;

/**
 * Confidences of the largest candidates under the threshold that overlap no detection and no larger candidate,
 * descending, with two digits.
 * @throws ModelOutputError
 */
export function unsureOf(manifest: Manifest, { outputs }: Inferred, settings: Settings): number[] {
  const { thresholds, labels, iou } = settings;
  const lowest = thresholds.map((threshold) => Math.min(threshold, LEAST_CONFIDENCE));
  const all = DECODERS[manifest.family].decode(outputs, manifest, lowest);
  const isServed = ({ classIndex, score }: Candidate) => score >= (thresholds[classIndex] as number);
  const unsure = all.filter((candidate) => !isServed(candidate)).toSorted((a, b) => b.score - a.score);
  // Served ones come first, whatever the threshold of their label.
  const served = all.filter(isServed).map((candidate) => ({ ...candidate, score: 1 + candidate.score }));
  return suppress([...served, ...unsure.slice(0, MOST_COMPARED)], iou, manifest.nms)
    .filter(({ score, classIndex }) => score <= 1 && labels.has(manifest.labels[classIndex] as string))
    .slice(0, MOST)
    .map(({ score }) => Number(score.toFixed(2)));
}
