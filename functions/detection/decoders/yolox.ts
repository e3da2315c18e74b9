import type { Corners } from '../box.ts';
import { ModelOutputError } from '../errors.ts';
import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, ManifestFault } from './decoder.ts';
import { aroundCentre, indexOfLargest, outputsFault, probability } from './values.ts';

const STRIDES = [8, 16, 32] as const;

/** Values of an anchor before its class scores: cx, cy, log width, log height, objectness. */
const BOX_VALUES = 5;

/**
 * YOLOX in its official ONNX export (Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv:2107.08430). One output
 * `[1, N, 5 + classes]`, N = Σ (height / stride) · (width / stride) over the strides 8, 16, 32, each level row by row.
 * Relative to the grid: centre = (value + cell) · stride, size = exp(value) · stride. Objectness and class scores are
 * already sigmoids; an anchor's score is objectness times its best class score, and it counts for that class only.
 */
export const yolox: Decoder = { faults, shapes, decode };

function faults({ input, outputs }: Pick<Manifest, 'input' | 'outputs'>): ManifestFault[] {
  const sides = (['width', 'height'] as const).filter((side) => input[side] % 32 !== 0);
  const message = 'expected a multiple of 32 for yolox';
  return [
    ...sides.map((side) => ({ path: ['input', side], message, input: input[side] })),
    ...outputsFault(outputs, [1], 'yolox'),
  ];
}

function shapes({ input, labels }: Manifest): number[][] {
  const anchors = STRIDES.reduce((sum, stride) => sum + (input.width / stride) * (input.height / stride), 0);
  return [[1, anchors, BOX_VALUES + labels.length]];
}

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const rows = output as Float32Array;
  const name = manifest.outputs[0] as string;
  const lowest = Math.min(...thresholds);
  const values = BOX_VALUES + manifest.labels.length;
  const candidates: Candidate[] = [];
  let at = 0;
  for (const stride of STRIDES) {
    const columns = manifest.input.width / stride;
    const anchors = columns * (manifest.input.height / stride);
    for (let anchor = 0; anchor < anchors; anchor++, at += values) {
      const objectness = probability(rows[at + 4] as number, name);
      if (objectness < lowest) continue;
      const classIndex = indexOfLargest(rows, at + BOX_VALUES, manifest.labels.length);
      const score = objectness * probability(rows[at + BOX_VALUES + classIndex] as number, name);
      if (score < (thresholds[classIndex] as number)) continue;
      const corners = cornersAt(rows, at, anchor % columns, Math.floor(anchor / columns), stride);
      candidates.push({ classIndex, score, corners: bounded(corners, name) });
    }
  }
  return candidates;
}

function cornersAt(rows: Float32Array, at: number, column: number, row: number, stride: number): Corners {
  const x = ((rows[at] as number) + column) * stride;
  const y = ((rows[at + 1] as number) + row) * stride;
  const width = Math.exp(rows[at + 2] as number) * stride;
  const height = Math.exp(rows[at + 3] as number) * stride;
  return aroundCentre(x, y, width, height);
}

/** Rejects infinite boxes, which `exp` makes of large but finite values. */
function bounded(corners: Corners, output: string): Corners {
  if (Number.isFinite(corners.right - corners.left) && Number.isFinite(corners.bottom - corners.top)) return corners;
  throw new ModelOutputError(output, 'boxes of finite size', JSON.stringify(Object.values(corners).map(String)));
}
