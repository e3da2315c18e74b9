import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, Shape } from './decoder.ts';
import { classIndexOf, fourAt, outputsFault, probability } from './values.ts';

/** Values of a row: left, top, right, bottom, score, class. */
const VALUES = 6;

/**
 * Models with suppression inside, such as Ultralytics' exports of YOLOv10, YOLO26 and others with `end2end` or
 * `nms=True`. One output `[1, K, 6]`: rows of left, top, right, bottom in pixels of the input, score, and class index.
 * Unused rows have score 0.
 */
export const endToEnd: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [1], 'end-to-end'),
  shapes: (): Shape[] => [[1, undefined, VALUES]],
  decode,
};

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const rows = output as Float32Array;
  const name = manifest.outputs[0] as string;
  const lowest = Math.min(...thresholds);
  const candidates: Candidate[] = [];
  for (let at = 0; at < rows.length; at += VALUES) {
    const score = probability(rows[at + 4] as number, name);
    if (score < lowest) continue;
    const classIndex = classIndexOf(rows[at + 5] as number, manifest.labels, name);
    if (score < (thresholds[classIndex] as number)) continue;
    const [left, top, right, bottom] = fourAt(rows, at);
    const corners = { left, top, right, bottom };
    candidates.push({ classIndex, score, corners });
  }
  return candidates;
}
