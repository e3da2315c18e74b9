import type { Corners } from '../box.ts';
import { ModelOutputError } from '../errors.ts';
import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, ManifestFault, Shape } from './decoder.ts';
import { classIndexOf, fourAt, outputsFault, probability } from './values.ts';

/**
 * YOLOv3 and Tiny YOLOv3 as the ONNX model zoo has them: outputs boxes `[1, N, 4]` (top, left, bottom, right), scores
 * `[1, classes, N]`, and the chosen ones as rows of batch, class, box, `[M, 3]` or `[1, M, 3]`. A second input has the
 * picture's size; it gets the input's own size, so that boxes are in pixels of the input.
 * https://github.com/onnx/models/tree/main/validated/vision/object_detection_segmentation/yolov3
 */
export const yolov3: Decoder = { faults, shapes, decode };

function faults({ input, outputs }: Pick<Manifest, 'input' | 'outputs'>): ManifestFault[] {
  const missing = {
    path: ['input', 'sizes'],
    message: 'expected the name, type and order of the size input for yolov3',
    input: input.sizes,
  };
  return [...outputsFault(outputs, [3], 'yolov3'), ...(input.sizes ? [] : [missing])];
}

function shapes({ labels }: Manifest): (Shape | undefined)[] {
  return [[1, undefined, 4], [1, labels.length, undefined], undefined];
}

function decode(outputs: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const [boxes, scores, chosen] = outputs as [Float32Array, Float32Array, Float32Array];
  const [boxesName, scoresName, chosenName] = manifest.outputs as [string, string, string];
  const count = boxes.length / 4;
  if (scores.length !== manifest.labels.length * count) {
    throw new ModelOutputError(
      boxesName,
      `${scores.length / manifest.labels.length} boxes, as many as scores`,
      String(count),
    );
  }
  const candidates: Candidate[] = [];
  for (let at = 0; at + 2 < chosen.length; at += 3) {
    const classIndex = classIndexOf(chosen[at + 1] as number, manifest.labels, chosenName);
    const box = boxIndexOf(chosen[at + 2] as number, count, chosenName);
    const score = probability(scores[classIndex * count + box] as number, scoresName);
    if (score >= (thresholds[classIndex] as number))
      candidates.push({ classIndex, score, corners: cornersOf(boxes, box) });
  }
  return candidates;
}

function boxIndexOf(value: number, count: number, output: string): number {
  if (Number.isInteger(value) && value >= 0 && value < count) return value;
  throw new ModelOutputError(output, `box indices from 0 to ${count - 1}`, String(value));
}

function cornersOf(boxes: Float32Array, box: number): Corners {
  const [top, left, bottom, right] = fourAt(boxes, 4 * box);
  return { left, top, right, bottom };
}
