import type { TinyTensor } from '../../detection/fixtures/tiny-onnx.ts';
import { counterNano, DECODING } from './layouts.ts';
import { type Rewiring, rewired } from './rewired.ts';

/** Rows of the built-in model's output. */
export const ROWS = 3549;

/** Chooses values by their places. */
export const gather = (input: string, indices: string, output: string, axis = 2) => ({
  op: 'Gather',
  inputs: [input, indices],
  output,
  attributes: { axis },
});

/** A constant list of whole numbers. */
export const at = (name: string, ...indices: number[]): TinyTensor => ({
  name,
  dims: [indices.length],
  values: BigInt64Array.from(indices, BigInt),
});

/** Joins tensors by their last of three axes. */
export const concat = (inputs: readonly string[], output: string) => ({
  op: 'Concat',
  inputs,
  output,
  attributes: { axis: 2 },
});

/** Boxes of four meanings, [1, 3549, 4]: `boxes`. */
const BOXES = {
  corners: ['left top', 'right bottom'],
  'left-top and size': ['left top', 'size'],
  'centre and size': ['centre', 'size'],
} as const;

/** A meaning of boxes. */
export type BoxFormat = keyof typeof BOXES;

/** The built-in model's boxes, and each row's best score and class, as separate tensors. */
export function parts(format: BoxFormat): Required<Pick<Rewiring, 'nodes' | 'constants'>> {
  return {
    nodes: [
      ...DECODING.nodes,
      { op: 'Mul', inputs: ['size', 'half'], output: 'half size' },
      { op: 'Sub', inputs: ['centre', 'half size'], output: 'left top' },
      { op: 'Add', inputs: ['centre', 'half size'], output: 'right bottom' },
      concat(BOXES[format], 'boxes'),
      gather('scores', 'objectness place', 'objectness'),
      gather('scores', 'class places', 'class scores'),
      { op: 'Mul', inputs: ['objectness', 'class scores'], output: 'products' },
      { op: 'ReduceMax', inputs: ['products'], output: 'scores of rows', attributes: { axes: [2], keepdims: 0 } },
      { op: 'ArgMax', inputs: ['products'], output: 'best', attributes: { axis: 2, keepdims: 0 } },
    ],
    constants: [
      ...DECODING.constants,
      { name: 'half', dims: [1], values: Float32Array.of(0.5) },
      at('objectness place', 0),
      at('class places', 1, 2, 3),
    ],
  };
}

/** Outputs boxes, labels and scores, as of torchvision; the class numbers start at `first`. */
export function asSsd(first: number): Uint8Array {
  const { nodes, constants } = parts('corners');
  return rewired(counterNano(), {
    nodes: [
      ...nodes,
      { op: 'Add', inputs: ['best', 'first'], output: 'labels' },
      { op: 'Identity', inputs: ['scores of rows'], output: 'confidences' },
    ],
    constants: [...constants, at('first', first)],
    outputs: [
      { name: 'boxes', shape: [1, ROWS, 4] },
      { name: 'labels', shape: [1, ROWS], type: 'int64' },
      { name: 'confidences', shape: [1, ROWS] },
    ],
  });
}

/** In the shape of YOLOv8, [1, 7, 3549], with boxes of a meaning. */
export function asYolov8(format: BoxFormat): Uint8Array {
  const { nodes, constants } = parts(format);
  return rewired(counterNano(), {
    nodes: [
      ...nodes,
      concat(['boxes', 'products'], 'rows'),
      { op: 'Transpose', inputs: ['rows'], output: 'columns', attributes: { perm: [0, 2, 1] } },
    ],
    constants,
    outputs: [{ name: 'columns', shape: [1, 7, ROWS] }],
  });
}

/** Rows [1, K, 6] of corners, score and class: only those over 0.3, so that an empty picture has none. */
export function asFilteredRows(): Uint8Array {
  const { nodes, constants } = parts('corners');
  return rewired(counterNano(), {
    nodes: [
      ...nodes,
      { op: 'Cast', inputs: ['best'], output: 'class numbers', attributes: { to: 1 } },
      { op: 'Unsqueeze', inputs: ['class numbers', 'axis 2'], output: 'classes' },
      { op: 'Unsqueeze', inputs: ['scores of rows', 'axis 2'], output: 'column of scores' },
      concat(['boxes', 'column of scores', 'classes'], 'all rows'),
      { op: 'Reshape', inputs: ['scores of rows', 'any length'], output: 'list of scores' },
      { op: 'Greater', inputs: ['list of scores', 'lowest'], output: 'kept' },
      { op: 'Compress', inputs: ['all rows', 'kept'], output: 'rows', attributes: { axis: 1 } },
    ],
    constants: [
      ...constants,
      at('axis 2', 2),
      at('any length', -1),
      { name: 'lowest', dims: [1], values: Float32Array.of(0.3) },
    ],
    outputs: [{ name: 'rows', shape: [1, 'K', 6] }],
  });
}

/** Without the 1 of the batch: [3549, 8]. */
export function withoutBatch(): Uint8Array {
  return rewired(counterNano(), {
    nodes: [{ op: 'Reshape', inputs: ['output', 'shape of rows'], output: 'rows' }],
    constants: [at('shape of rows', ROWS, 8)],
    outputs: [{ name: 'rows', shape: [ROWS, 8] }],
  });
}

/** With three raw heads beside the output that fits. */
export function withRawHeads(): Uint8Array {
  const heads = ['a', 'b', 'c'].map((name) => ({
    op: 'Reshape',
    inputs: ['output', 'raw shape'],
    output: `head ${name}`,
  }));
  return rewired(counterNano(), {
    nodes: heads,
    constants: [at('raw shape', 1, 3, 1183, 1, 8)],
    outputs: [
      { name: 'output', shape: [1, ROWS, 8] },
      ...heads.map(({ output }) => ({ name: output, shape: [1, 3, 1183, 1, 8] })),
    ],
  });
}

/** The input in bytes: the model converts them itself. */
export function ofBytes(model: Uint8Array): Uint8Array {
  const input = { name: 'bytes', shape: [1, 3, 416, 416], type: 'uint8' } as const;
  return rewired(model, {
    before: { input, nodes: [{ op: 'Cast', inputs: ['bytes'], output: 'images', attributes: { to: 1 } }] },
    nodes: [],
  });
}

/** RGB with ImageNet's mean and standard deviation, as YOLOX before 0.2. */
export function ofNormalised(model: Uint8Array): Uint8Array {
  const channels = (name: string, values: readonly number[]) => ({
    name,
    dims: [1, 3, 1, 1],
    values: Float32Array.from(values),
  });
  return rewired(model, {
    before: {
      input: { name: 'normalised', shape: [1, 3, 416, 416] },
      nodes: [
        { op: 'Mul', inputs: ['normalised', 'std'], output: 'scaled' },
        { op: 'Add', inputs: ['scaled', 'mean'], output: 'rgb' },
        gather('rgb', 'bgr', 'images', 1),
      ],
    },
    nodes: [],
    constants: [
      channels('std', [58.395, 57.12, 57.375]),
      channels('mean', [123.675, 116.28, 103.53]),
      at('bgr', 2, 1, 0),
    ],
  });
}

/** Both orders of colours give the same: the model sees the mean of red and blue in place of each. */
export function ofGrey(model: Uint8Array): Uint8Array {
  const input = { name: 'rgb', shape: [1, 3, 416, 416] };
  const nodes = [
    gather('rgb', 'bgr', 'exchanged', 1),
    { op: 'Add', inputs: ['rgb', 'exchanged'], output: 'sum' },
    { op: 'Mul', inputs: ['sum', 'one half'], output: 'images' },
  ];
  const constants = [at('bgr', 2, 1, 0), { name: 'one half', dims: [1], values: Float32Array.of(0.5) }];
  return rewired(model, { before: { input, nodes }, nodes: [], constants });
}
