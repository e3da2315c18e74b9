import type { Corners } from '../box.ts';
import type { Manifest } from '../manifest-schema.ts';
import type { Candidate, Decoder, Shape } from './decoder.ts';
import { cellsOf, indexOfLargest, outputsFault, probability } from './values.ts';

const STRIDES = [8, 16, 32, 64];

/** NanoDet-Plus's single output has distributions over 0 to 7 strides, as in all published configurations. */
const PLUS_BINS = 8;

/**
 * NanoDet (https://github.com/RangiLyu/nanodet), anchor-free. Each side's distance from the cell's position is the
 * softmax mean of a distribution over 0, 1, … strides (Li et al., "Generalized Focal Loss", arXiv:2006.04388). Class
 * scores are already sigmoids. There are two kinds of export:
 * - One class output `[1, nᵢ, classes]` and one distance output `[1, nᵢ, 4 · bins]` for each stride. `outputs` has the
 *   class outputs first, by stride, then the distances. NanoDet has the strides 8, 16, 32, and a cell's position is
 *   (cell + ½) · stride − ½; NanoDet-Plus also has 64, and a cell's position is cell · stride.
 * - NanoDet-Plus in one output `[1, N, classes + 32]`.
 */
export const nanodet: Decoder = {
  faults: ({ outputs }) => outputsFault(outputs, [1, 6, 8], 'nanodet'),
  shapes,
  decode,
};

function shapes({ input, outputs, labels }: Manifest): Shape[] {
  if (outputs.length === 1) return [[1, cellsOf(input, STRIDES), labels.length + 4 * PLUS_BINS]];
  const cells = STRIDES.slice(0, outputs.length / 2).map((stride) => cellsOf(input, [stride]));
  return [...cells.map((count) => [1, count, labels.length]), ...cells.map((count) => [1, count, undefined])];
}

/** The cells of one stride: their values, and the distance between two cells' values. */
interface Level {
  readonly stride: number;
  readonly classes: Float32Array;
  readonly distances: Float32Array;
  readonly classStep: number;
  readonly distanceStep: number;
  readonly bins: number;
  /** From a cell's corner to its position, pixels. */
  readonly offset: number;
  readonly name: string;
}

function decode(outputs: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[] {
  const levels =
    outputs.length === 1 ? plusLevels(outputs[0] as Float32Array, manifest) : pairLevels(outputs, manifest);
  return levels.flatMap((level) => decodeLevel(level, manifest, thresholds));
}

function pairLevels(outputs: readonly Float32Array[], { input, outputs: names, labels }: Manifest): Level[] {
  const half = outputs.length / 2;
  return STRIDES.slice(0, half).map((stride, index) => {
    const distances = outputs[half + index] as Float32Array;
    const distanceStep = distances.length / cellsOf(input, [stride]);
    return {
      stride,
      classes: outputs[index] as Float32Array,
      distances,
      classStep: labels.length,
      distanceStep,
      bins: distanceStep / 4,
      offset: half === STRIDES.length ? 0 : (stride - 1) / 2,
      name: names[index] as string,
    };
  });
}

function plusLevels(output: Float32Array, { input, outputs, labels }: Manifest): Level[] {
  const step = labels.length + 4 * PLUS_BINS;
  return STRIDES.map((stride, index) => {
    const values = output.subarray(cellsOf(input, STRIDES.slice(0, index)) * step);
    const steps = { classStep: step, distanceStep: step, bins: PLUS_BINS, offset: 0 };
    return { stride, classes: values, distances: values.subarray(labels.length), name: outputs[0] as string, ...steps };
  });
}

function decodeLevel(level: Level, { input, labels }: Manifest, thresholds: readonly number[]): Candidate[] {
  const columns = Math.ceil(input.width / level.stride);
  const cells = cellsOf(input, [level.stride]);
  const candidates: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const at = cell * level.classStep;
    const classIndex = indexOfLargest(level.classes, at, labels.length);
    const score = probability(level.classes[at + classIndex] as number, level.name);
    if (score < (thresholds[classIndex] as number)) continue;
    candidates.push({ classIndex, score, corners: cornersOf(level, cell, columns) });
  }
  return candidates;
}

function cornersOf(level: Level, cell: number, columns: number): Corners {
  const { stride, offset, distances, distanceStep, bins } = level;
  const x = (cell % columns) * stride + offset;
  const y = Math.floor(cell / columns) * stride + offset;
  const distance = (side: number) => stride * softmaxMean(distances, cell * distanceStep + side * bins, bins);
  return { left: x - distance(0), top: y - distance(1), right: x + distance(2), bottom: y + distance(3) };
}

/** The mean of 0, 1, … under the softmax of some values. */
function softmaxMean(values: Float32Array, from: number, count: number): number {
  const largest = values[from + indexOfLargest(values, from, count)] as number;
  let [total, weighted] = [0, 0];
  for (let index = 0; index < count; index++) {
    const weight = Math.exp((values[from + index] as number) - largest);
    total += weight;
    weighted += weight * index;
  }
  return weighted / total;
}
