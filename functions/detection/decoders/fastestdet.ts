import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, ManifestFault, Shape } from './decoder.ts';
import { aroundCentre, outputsFault, probability, sigmoid } from './values.ts';

const STRIDE = 16;

/** Values of a cell before its class scores: objectness, x, y, width, height. */
const BOX_VALUES = 5;

/**
 * FastestDet (https://github.com/dog-qiuqiu/FastestDet). One output `[1, 5 + classes, height / 16, width / 16]`. A
 * cell's centre is (cell + tanh x) · 16, its size sigmoid(width) · the input's width, likewise for the height.
 * Objectness is already a sigmoid and the class scores a softmax; a cell's score is objectness⁰·⁶ · class⁰·⁴.
 */
export const fastestdet: Decoder = { faults, shapes, decode };

function faults({ input, outputs }: Pick<Manifest, 'input' | 'outputs'>): ManifestFault[] {
  const sides = (['width', 'height'] as const).filter((side) => input[side] % STRIDE !== 0);
  const message = `expected a multiple of ${STRIDE} for fastestdet`;
  return [
    ...outputsFault(outputs, [1], 'fastestdet'),
    ...sides.map((side) => ({ path: ['input', side], message, input: input[side] })),
  ];
}

function shapes({ input, labels }: Manifest): Shape[] {
  return [[1, BOX_VALUES + labels.length, input.height / STRIDE, input.width / STRIDE]];
}

function decode([output]: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const planes = output as Float32Array;
  const { input, labels, outputs } = manifest;
  const columns = input.width / STRIDE;
  const cells = columns * (input.height / STRIDE);
  const at = (plane: number, cell: number) => planes[plane * cells + cell] as number;
  const candidates: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const objectness = probability(at(0, cell), outputs[0] as string);
    const classIndex = bestClass(planes, cell, cells, labels.length);
    const score = objectness ** 0.6 * probability(at(BOX_VALUES + classIndex, cell), outputs[0] as string) ** 0.4;
    if (score < (thresholds[classIndex] as number)) continue;
    const x = ((cell % columns) + Math.tanh(at(1, cell))) * STRIDE;
    const y = (Math.floor(cell / columns) + Math.tanh(at(2, cell))) * STRIDE;
    const corners = aroundCentre(x, y, sigmoid(at(3, cell)) * input.width, sigmoid(at(4, cell)) * input.height);
    candidates.push({ classIndex, score, corners });
  }
  return candidates;
}

function bestClass(planes: Float32Array, cell: number, cells: number, labels: number): number {
  const first = BOX_VALUES * cells + cell;
  let best = 0;
  for (let label = 1; label < labels; label++) {
    if ((planes[first + label * cells] as number) > (planes[first + best * cells] as number)) best = label;
  }
  return best;
}
