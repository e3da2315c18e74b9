import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, Shape } from './decoder.ts';
import { aroundCentre, fourAt, indexOfLargest, outputsFault, probability } from './values.ts';

/** Values of a row before its class scores: cx, cy, width, height, objectness. */
const BOX_VALUES = 5;

/**
 * YOLOv5 in Ultralytics' export; also YOLOv6, YOLOv7, and YOLOX with `--decode_in_inference`. One output
 * `[1, N, 5 + classes]`: boxes already in pixels of the input (centre and size), objectness and class scores already
 * sigmoids; a row's score is their product. The model chooses N, which depends on anchors and strides.
 * https://github.com/ultralytics/yolov5/blob/master/models/yolo.py (`Detect.forward`)
 */
export const yolov5: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [1], 'yolov5'),
  shapes: ({ labels }): Shape[] => [[1, undefined, BOX_VALUES + labels.length]],
  decode,
};

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const rows = output as Float32Array;
  const name = manifest.outputs[0] as string;
  const classes = manifest.labels.length;
  const lowest = Math.min(...thresholds);
  const candidates: Candidate[] = [];
  for (let at = 0; at < rows.length; at += BOX_VALUES + classes) {
    const objectness = probability(rows[at + 4] as number, name);
    if (objectness < lowest) continue;
    const classIndex = indexOfLargest(rows, at + BOX_VALUES, classes);
    const score = objectness * probability(rows[at + BOX_VALUES + classIndex] as number, name);
    if (score < (thresholds[classIndex] as number)) continue;
    const [x, y, width, height] = fourAt(rows, at);
    candidates.push({ classIndex, score, corners: aroundCentre(x, y, width, height) });
  }
  return candidates;
}
