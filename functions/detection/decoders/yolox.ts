import { ModelOutputError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import type { Candidate, Corners, Decoder, ManifestFault } from './decoder.ts';
import { aroundCentre, indexOfLargest } from './values.ts';

const STRIDES = [8, 16, 32] as const;

/** Values of an anchor before its class scores: cx, cy, log width, log height, objectness. */
const BOX_VALUES = 5;

/**
 * YOLOX as its official ONNX export gives it (Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv:2107.08430): one output
 * `[1, N, 5 + classes]`, N = Σ (height / stride) · (width / stride) over the strides 8, 16, 32, each level row by row.
 * Relative to the grid: centre = (value + cell) · stride, size = exp(value) · stride. Objectness and class scores are
 * sigmoids already; an anchor's score is objectness times its best class score, and it stands for that class alone.
 */
export const yolox: Decoder = { faults, shapes, decode };

function faults({ input, outputs }: Pick<Manifest, 'input' | 'outputs'>): ManifestFault[] {
  const found: ManifestFault[] = [];
  for (const side of ['width', 'height'] as const) {
    if (input[side] % 32 === 0) continue;
    found.push({ path: ['input', side], message: 'expected a multiple of 32 for yolox', input: input[side] });
  }
  if (outputs.length !== 1) {
    found.push({ path: ['outputs'], message: 'expected one output for yolox', input: outputs });
  }
  return found;
}

function shapes({ input, labels }: Manifest): number[][] {
  const anchors = STRIDES.reduce((sum, stride) => sum + (input.width / stride) * (input.height / stride), 0);
  return [[1, anchors, BOX_VALUES + labels.length]];
}

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  if (!output) throw new ModelOutputError('', 'one tensor', 'none');
  const least = Math.min(...thresholds);
  const values = BOX_VALUES + manifest.labels.length;
  const candidates: Candidate[] = [];
  let at = 0;
  for (const stride of STRIDES) {
    const columns = manifest.input.width / stride;
    const anchors = columns * (manifest.input.height / stride);
    for (let anchor = 0; anchor < anchors; anchor++, at += values) {
      const objectness = probability(output, at + 4, manifest);
      if (objectness < least) continue;
      const classIndex = indexOfLargest(output, at + BOX_VALUES, manifest.labels.length);
      const score = objectness * probability(output, at + BOX_VALUES + classIndex, manifest);
      if (score < (thresholds[classIndex] ?? Number.POSITIVE_INFINITY)) continue;
      const corners = cornersAt(output, at, anchor % columns, Math.floor(anchor / columns), stride);
      candidates.push({ classIndex, score, corners: bounded(corners, manifest) });
    }
  }
  return candidates;
}

function cornersAt(output: Float32Array, at: number, column: number, row: number, stride: number): Corners {
  const x = ((output[at] as number) + column) * stride;
  const y = ((output[at + 1] as number) + row) * stride;
  const width = Math.exp(output[at + 2] as number) * stride;
  const height = Math.exp(output[at + 3] as number) * stride;
  return aroundCentre(x, y, width, height);
}

/** An export without its last sigmoids would give scores outside 0–1, and a count that means nothing. */
function probability(output: Float32Array, at: number, { outputs }: Manifest): number {
  const value = output[at] as number;
  if (value >= 0 && value <= 1) return value;
  throw new ModelOutputError(outputs[0] ?? '', 'scores of 0 to 1 (sigmoids)', `${value} at index ${at}`);
}

/** `exp` turns a large but finite value into infinity. */
function bounded(corners: Corners, { outputs }: Manifest): Corners {
  if (Number.isFinite(corners.right - corners.left) && Number.isFinite(corners.bottom - corners.top)) return corners;
  throw new ModelOutputError(
    outputs[0] ?? '',
    'boxes of finite size',
    JSON.stringify(Object.values(corners).map(String)),
  );
}
