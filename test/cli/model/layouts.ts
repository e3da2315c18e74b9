import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COUNTER_NANO } from './command.ts';
import { rewired } from './rewired.ts';

/** The built-in model, trained for the golden pictures: YOLOX, `output` [1, 3549, 8], 416 × 416. */
export function counterNano(): Buffer {
  return readFileSync(join(COUNTER_NANO, 'model.onnx'));
}

const ROWS = 3549;
const VALUES = 8;

/** The built-in model with its values in another order, but the same shape. */
export function permuted(order: readonly number[]): Uint8Array {
  return rewired(counterNano(), {
    nodes: [{ op: 'Gather', inputs: ['output', 'order'], output: 'permuted', attributes: { axis: 2 } }],
    constants: [{ name: 'order', dims: [order.length], values: BigInt64Array.from(order, BigInt) }],
    outputs: [{ name: 'permuted', shape: [1, ROWS, order.length] }],
  });
}

/** Cells of the grids: column, row and stride for each row of the output. */
function cells(): { columns: Float32Array; strides: Float32Array } {
  const columns: number[] = [];
  const strides: number[] = [];
  for (const stride of [8, 16, 32]) {
    const side = 416 / stride;
    for (let cell = 0; cell < side ** 2; cell++) {
      columns.push(cell % side, Math.floor(cell / side));
      strides.push(stride, stride);
    }
  }
  return { columns: Float32Array.from(columns), strides: Float32Array.from(strides) };
}

const { columns, strides } = cells();

/** Nodes and constants that decode the built-in model's outputs into `centre`, `size` and `scores`, in pixels. */
export const DECODING = {
  nodes: [
    { op: 'Gather', inputs: ['output', 'xy places'], output: 'xy', attributes: { axis: 2 } },
    { op: 'Gather', inputs: ['output', 'wh places'], output: 'log wh', attributes: { axis: 2 } },
    { op: 'Gather', inputs: ['output', 'score places'], output: 'scores', attributes: { axis: 2 } },
    { op: 'Add', inputs: ['xy', 'cells'], output: 'xy in strides' },
    { op: 'Mul', inputs: ['xy in strides', 'strides'], output: 'centre' },
    { op: 'Exp', inputs: ['log wh'], output: 'wh in strides' },
    { op: 'Mul', inputs: ['wh in strides', 'strides'], output: 'size' },
  ],
  constants: [
    { name: 'cells', dims: [1, ROWS, 2], values: columns },
    { name: 'strides', dims: [1, ROWS, 2], values: strides },
    { name: 'xy places', dims: [2], values: BigInt64Array.of(0n, 1n) },
    { name: 'wh places', dims: [2], values: BigInt64Array.of(2n, 3n) },
    { name: 'score places', dims: [4], values: BigInt64Array.of(4n, 5n, 6n, 7n) },
  ],
};

/** The built-in model exported with its boxes decoded into pixels: centre and size, as YOLOv5 has them. */
export function decoded(): Uint8Array {
  return rewired(counterNano(), {
    nodes: [
      ...DECODING.nodes,
      { op: 'Concat', inputs: ['centre', 'size', 'scores'], output: 'decoded', attributes: { axis: 2 } },
    ],
    constants: DECODING.constants,
    outputs: [{ name: 'decoded', shape: [1, ROWS, VALUES] }],
  });
}

/**
 * The built-in model in the shape of YOLOv8, [1, 7, 3549], but with left, top, right, bottom where centre and size
 * should be.
 */
export function cornersAsYolov8(): Uint8Array {
  return rewired(counterNano(), {
    nodes: [
      ...DECODING.nodes,
      { op: 'Mul', inputs: ['size', 'half'], output: 'half size' },
      { op: 'Sub', inputs: ['centre', 'half size'], output: 'first corner' },
      { op: 'Add', inputs: ['centre', 'half size'], output: 'second corner' },
      { op: 'Gather', inputs: ['scores', 'class places'], output: 'classes', attributes: { axis: 2 } },
      { op: 'Concat', inputs: ['first corner', 'second corner', 'classes'], output: 'rows', attributes: { axis: 2 } },
      { op: 'Transpose', inputs: ['rows'], output: 'columns', attributes: { perm: [0, 2, 1] } },
    ],
    constants: [
      ...DECODING.constants,
      { name: 'half', dims: [1], values: Float32Array.of(0.5) },
      { name: 'class places', dims: [3], values: BigInt64Array.of(1n, 2n, 3n) },
    ],
    outputs: [{ name: 'columns', shape: [1, 7, ROWS] }],
  });
}
