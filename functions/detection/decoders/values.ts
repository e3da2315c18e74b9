import { ModelOutputError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import type { Corners, ManifestFault } from './decoder.ts';

/** A score as it is, if it is one: an export without its last sigmoids would give a count that means nothing. @throws ModelOutputError */
export function probability(value: number, output: string): number {
  if (value >= 0 && value <= 1) return value;
  throw new ModelOutputError(output, 'scores of 0 to 1', String(value));
}

/** A class's place among the labels. @throws ModelOutputError where it has none */
export function classIndexOf(value: number, labels: readonly string[], output: string): number {
  if (Number.isInteger(value) && value >= 0 && value < labels.length) return value;
  throw new ModelOutputError(output, `classes of 0 to ${labels.length - 1}, as model.json has labels`, String(value));
}

/** The place of the largest of `count` values from `from` on, counted from there; of equal ones the first. */
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

/** A box by its centre and size. */
export function aroundCentre(x: number, y: number, width: number, height: number): Corners {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** Cells of the grids of some strides over the input, all together. */
export function cellsOf({ width, height }: Manifest['input'], strides: readonly number[]): number {
  return strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

/** The fault of a manifest that names another number of outputs than a family has. */
export function outputsFault(outputs: readonly string[], expected: readonly number[], family: string): ManifestFault[] {
  if (expected.includes(outputs.length)) return [];
  const message = `expected ${expected.join(' or ')} ${expected.join() === '1' ? 'output' : 'outputs'} for ${family}`;
  return [{ path: ['outputs'], message, input: outputs }];
}
