import type { ModelFacts, OutputFact } from './facts.ts';

/** The only output; `undefined` for several. */
export function only({ outputs }: ModelFacts): OutputFact | undefined {
  return outputs.length === 1 ? outputs[0] : undefined;
}

/** Number of cells in the grids of these strides over the input. */
export function cells({ image: { width, height } }: ModelFacts, strides: readonly number[]): number {
  return strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

/** Whether an output has this number of dimensions, the first of them a batch of one. */
export function isRank(output: OutputFact | undefined, rank: number): output is OutputFact {
  return output?.dims.length === rank && output.dims[0] === 1;
}
