import type { Corners } from '../box.ts';
import { ModelOutputError } from '../errors.ts';
import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, ManifestFault } from './decoder.ts';
import { classIndexOf, fourAt, outputsFault, probability } from './values.ts';

/**
 * Models whose outputs are the final boxes, classes and scores: TensorFlow's detection API, torchvision's detectors,
 * MLPerf's SSD, RT-DETR and D-FINE with their post-processing, mmdeploy's exports. Outputs in the manifest's order:
 * boxes `[1, N, 4]`, classes `[1, N]`, scores `[1, N]`, and optionally their number `[1]`; or, as of mmdeploy, boxes
 * with their scores `[1, N, 5]` and classes `[1, N]`. The leading 1 may be missing. The format of the boxes and the
 * number of the first label differ between exports, so the manifest's `boxes` has them.
 */
export const ssd: Decoder = {
  faults,
  shapes: (): undefined[] => [undefined, undefined, undefined, undefined],
  decode,
};

function faults({ outputs, boxes }: Pick<Manifest, 'outputs' | 'boxes'>): ManifestFault[] {
  const missing = { path: ['boxes'], message: 'expected the format of the boxes for ssd', input: boxes };
  return [...outputsFault(outputs, [2, 3, 4], 'ssd'), ...(boxes ? [] : [missing])];
}

function decode(tensors: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const [boxes, classes, scores, count] = tensors.length === 2 ? separated(tensors) : (tensors as Lists);
  const [boxesName = '', classesName = '', scoresName = boxesName, countName = ''] = manifest.outputs;
  if (classes.length !== scores.length || boxes.length !== 4 * scores.length) {
    throw new ModelOutputError(boxesName, 'four values for each score', `${boxes.length} for ${scores.length}`);
  }
  const length = count ? countOf(count, scores.length, countName) : scores.length;
  const lowest = Math.min(...thresholds);
  const candidates: Candidate[] = [];
  for (let index = 0; index < length; index++) {
    const score = probability(scores[index] as number, scoresName);
    if (score < lowest) continue;
    const label = (classes[index] as number) - (manifest.boxes?.firstClass ?? 0);
    const classIndex = classIndexOf(label, manifest.labels, classesName);
    if (score < (thresholds[classIndex] as number)) continue;
    candidates.push({ classIndex, score, corners: cornersOf(fourAt(boxes, 4 * index), manifest) });
  }
  return candidates;
}

/** Boxes, classes, scores, and their number. */
type Lists = readonly [Float32Array, Float32Array, Float32Array, Float32Array?];

/** Rows of four corners and a score as two lists. */
function separated([rows, classes]: readonly Float32Array[]): Lists {
  const values = rows as Float32Array;
  const isScore = (_: number, index: number) => index % 5 === 4;
  const isCorner = (_: number, index: number) => index % 5 !== 4;
  return [values.filter(isCorner), classes as Float32Array, values.filter(isScore)];
}

function countOf([value]: Float32Array, most: number, output: string): number {
  const count = value as number;
  if (Number.isInteger(count) && count >= 0 && count <= most) return count;
  throw new ModelOutputError(output, `a whole number from 0 to ${most}`, String(value));
}

function cornersOf([a, b, c, d]: ReturnType<typeof fourAt>, { boxes, input }: Manifest): Corners {
  const [left, top, right, bottom] = boxes?.order === 'yxyx' ? [b, a, d, c] : [a, b, c, d];
  const [across, down] = boxes?.unit === 'share' ? [input.width, input.height] : [1, 1];
  return { left: left * across, top: top * down, right: right * across, bottom: bottom * down };
}
