import type { Corners } from '../box.ts';
import { ModelOutputError } from '../errors.ts';
import type { Manifest } from '../manifest-schema.ts';
import type { ManifestFault } from './decoder.ts';

/** Four values, the first at `from`, each `step` after the one before. */
export function fourAt(values: Float32Array, from: number, step = 1): [number, number, number, number] {
  const at = (index: number) => values[from + index * step] as number;
  return [at(0), at(1), at(2), at(3)];
}

/**
 * Checks a score, because an export without its last sigmoids would give a meaningless count.
 * @throws ModelOutputError
 */
export function probability(value: number, output: string): number {
  if (value >= 0 && value <= 1) return value;
  throw new ModelOutputError(output, 'scores from 0 to 1', String(value));
}

/** Checks a class's index among the labels. @throws ModelOutputError */
export function classIndexOf(value: number, labels: readonly string[], output: string): number {
  if (Number.isInteger(value) && value >= 0 && value < labels.length) return value;
  throw new ModelOutputError(
    output,
    `classes from 0 to ${labels.length - 1} (${labels.length} labels in model.json)`,
    String(value),
  );
}

/** The index, relative to `from`, of the largest of `count` values; of equal ones the first. */
export function indexOfLargest(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if ((values[from + index] as number) > (values[from + best] as number)) best = index;
  }
  return best;
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** The corners of a box with this centre and size. */
export function aroundCentre(x: number, y: number, width: number, height: number): Corners {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** Total number of cells in the grids of these strides over the input. */
export function cellsOf({ width, height }: Manifest['input'], strides: readonly number[]): number {
  return strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

/** The fault of a manifest whose number of outputs is not the family's. */
export function outputsFault(outputs: readonly string[], expected: readonly number[], family: string): ManifestFault[] {
  if (expected.includes(outputs.length)) return [];
  const message = `expected ${expected.join(' or ')} ${expected.join() === '1' ? 'output' : 'outputs'} for ${family}`;
  return [{ path: ['outputs'], message, input: outputs }];
}
