import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, Shape } from './decoder.ts';
import { aroundCentre, fourAt, indexOfLargest, outputsFault, sigmoid } from './values.ts';

/**
 * DETR (Carion et al., "End-to-End Object Detection with Transformers", arXiv:2005.12872). Outputs: logits
 * `[1, Q, classes + 1]` and boxes `[1, Q, 4]` for Q queries. A query's score is the softmax of its best class over all
 * classes and "no object", which is the last.
 */
export const detr: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [2], 'detr'),
  shapes: ({ labels }): Shape[] => queryShapes(labels.length + 1),
  decode: (outputs, manifest, thresholds) => decodeQueries(outputs, manifest, thresholds, softmaxScore),
};

/**
 * RT-DETR, D-FINE, RF-DETR, LW-DETR and Deformable DETR. Outputs: logits `[1, Q, classes]` and boxes `[1, Q, 4]`.
 * Because they are trained with focal loss, classes are independent, and a query's score is the sigmoid of its best
 * class (Zhu et al., arXiv:2010.04159).
 */
export const rtDetr: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [2], 'rt-detr'),
  shapes: ({ labels }): Shape[] => queryShapes(labels.length),
  decode: (outputs, manifest, thresholds) => decodeQueries(outputs, manifest, thresholds, sigmoidScore),
};

function queryShapes(logits: number): Shape[] {
  return [
    [1, undefined, logits],
    [1, undefined, 4],
  ];
}

type Score = (logits: Float32Array, classIndex: number) => number;

function softmaxScore(logits: Float32Array, classIndex: number): number {
  const best = logits[classIndex] as number;
  return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - best), 0);
}

function sigmoidScore(logits: Float32Array, classIndex: number): number {
  return sigmoid(logits[classIndex] as number);
}

/** Boxes are centre and size, as fractions of the input. */
function decodeQueries(
  [logits, boxes]: readonly Float32Array[],
  { input, labels }: Manifest,
  thresholds: readonly number[],
  scoreOf: Score,
): Candidate[] {
  const [scores, centres] = [logits as Float32Array, boxes as Float32Array];
  const queries = centres.length / 4;
  const step = scores.length / queries;
  const candidates: Candidate[] = [];
  for (let query = 0; query < queries; query++) {
    const own = scores.subarray(query * step, (query + 1) * step);
    const classIndex = indexOfLargest(own, 0, labels.length);
    const score = scoreOf(own, classIndex);
    if (score < (thresholds[classIndex] as number)) continue;
    const [x, y, width, height] = fourAt(centres, query * 4);
    const corners = aroundCentre(x * input.width, y * input.height, width * input.width, height * input.height);
    candidates.push({ classIndex, score, corners });
  }
  return candidates;
}
