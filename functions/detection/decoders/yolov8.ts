import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, Shape } from './decoder.ts';
import { aroundCentre, fourAt, outputsFault, probability } from './values.ts';

/**
 * YOLOv8, v9, v11 and v12 in Ultralytics' export. One output `[1, 4 + classes, N]`: N columns of centre and size in
 * pixels of the input, then class scores (sigmoids, without objectness). The model chooses N. With the manifest's
 * `transposed` the output is `[1, N, 4 + classes]`, as of exports for other runtimes.
 * https://github.com/ultralytics/ultralytics/blob/main/ultralytics/nn/modules/head.py (`Detect`)
 */
export const yolov8: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [1], 'yolov8'),
  shapes: ({ labels, transposed }): Shape[] => [
    transposed ? [1, undefined, 4 + labels.length] : [1, 4 + labels.length, undefined],
  ],
  decode,
};

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const received = output as Float32Array;
  const columns = received.length / (4 + manifest.labels.length);
  const values = manifest.transposed ? transpose(received, columns) : received;
  const { scores, classes } = bestClasses(values, columns, manifest.labels.length);
  const candidates: Candidate[] = [];
  for (let column = 0; column < columns; column++) {
    const classIndex = classes[column] as number;
    const score = probability(scores[column] as number, manifest.outputs[0] as string);
    if (score < (thresholds[classIndex] as number)) continue;
    const [x, y, width, height] = fourAt(values, column, columns);
    candidates.push({ classIndex, score, corners: aroundCentre(x, y, width, height) });
  }
  return candidates;
}

/** Rows of `columns` objects as columns. */
function transpose(rows: Float32Array, columns: number): Float32Array {
  const height = rows.length / columns;
  const values = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++)
    values[(at % height) * columns + Math.floor(at / height)] = rows[at] as number;
  return values;
}

/** Reads row by row, in the order of memory, because column by column every access would miss the cache. */
function bestClasses(
  values: Float32Array,
  columns: number,
  labels: number,
): { scores: Float32Array; classes: Uint16Array } {
  const scores = values.slice(4 * columns, 5 * columns);
  const classes = new Uint16Array(columns);
  for (let label = 1; label < labels; label++) {
    const row = (4 + label) * columns;
    for (let column = 0; column < columns; column++) {
      const score = values[row + column] as number;
      if (score <= (scores[column] as number)) continue;
      scores[column] = score;
      classes[column] = label;
    }
  }
  return { scores, classes };
}
