import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, Shape } from './decoder.ts';
import { classIndexOf, outputsFault, probability } from './values.ts';

/** The meaning of a model's rows. */
export type Rows = NonNullable<Manifest['rows']>;

/** The rows of Ultralytics' exports, and of manifests without `rows`. */
export const USUAL_ROWS: Rows = {
  columns: ['left', 'top', 'right', 'bottom', 'score', 'class'],
  unit: 'pixels',
  firstClass: 0,
};

/**
 * Models with suppression inside: Ultralytics' YOLOv10, YOLO26 and exports with `end2end` or `nms=True`; YOLOX and
 * YOLOv7 with post-processing; face detectors. One output of rows `[1, K, columns]`, the manifest's `rows` names their
 * columns. Without a column `class`, all rows are of the only label. Unused rows have score 0.
 */
export const endToEnd: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [1], 'end-to-end'),
  shapes: ({ rows = USUAL_ROWS }): Shape[] => [[1, undefined, rows.columns.length]],
  decode,
};

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const values = output as Float32Array;
  const { rows = USUAL_ROWS, input, labels } = manifest;
  const name = manifest.outputs[0] as string;
  const { columns, firstClass } = rows;
  const [across, down] = rows.unit === 'share' ? [input.width, input.height] : [1, 1];
  const place = Object.fromEntries(columns.map((column, index) => [column, index]));
  const lowest = Math.min(...thresholds);
  const candidates: Candidate[] = [];
  for (let at = 0; at < values.length; at += columns.length) {
    const value = (column: Rows['columns'][number], absent: number) => {
      const index = place[column];
      return index === undefined ? absent : (values[at + index] as number);
    };
    const score = probability(value('score', 0), name) * probability(value('objectness', 1), name);
    if (score < lowest) continue;
    const classIndex = classIndexOf(value('class', firstClass) - firstClass, labels, name);
    if (score < (thresholds[classIndex] as number)) continue;
    const corners = {
      left: value('left', 0) * across,
      top: value('top', 0) * down,
      right: value('right', 0) * across,
      bottom: value('bottom', 0) * down,
    };
    candidates.push({ classIndex, score, corners });
  }
  return candidates;
}
