import type { TinyNode, TinyTensor } from '../../detection/fixtures/tiny-onnx.ts';
import { counterNano } from './layouts.ts';
import { rewired } from './rewired.ts';
import { at, type BoxFormat, concat, gather, parts, ROWS } from './variants.ts';

const SIDE = 416;

/** The values of an object that a head can output, in the order of the tensor `table`. */
const VALUES = [
  'left',
  'top',
  'right',
  'bottom',
  'score',
  'class',
  'objectness',
  'class score',
  'zero',
  'width',
  'height',
] as const;

export type Value = (typeof VALUES)[number];

const floats = (name: string, values: readonly number[], dims: readonly number[] = [values.length]): TinyTensor => ({
  name,
  dims,
  values: Float32Array.from(values),
});
const reshape = (input: string, shape: string, output: string): TinyNode => ({
  op: 'Reshape',
  inputs: [input, shape],
  output,
});

/** The lists of values of the rows, one number each, in the order of `VALUES` after the corners. */
const SINGLE = ['scores of rows', 'numbers', 'objectness', 'largest class score', 'zeros'];

/** Nodes that compute the values of all rows: `all rows`. */
const ALL_ROWS: readonly TinyNode[] = [
  reshape('boxes', 'as boxes', 'box rows'),
  { op: 'Mul', inputs: ['box rows', 'unit'], output: 'boxes in unit' },
  { op: 'Cast', inputs: ['best'], output: 'numbers from 0', attributes: { to: 1 } },
  { op: 'Add', inputs: ['numbers from 0', 'first class'], output: 'numbers' },
  { op: 'ReduceMax', inputs: ['class scores'], output: 'largest class score', attributes: { axes: [2], keepdims: 0 } },
  { op: 'Mul', inputs: ['scores of rows', 'nothing'], output: 'zeros' },
  { op: 'Mul', inputs: ['size', 'unit'], output: 'sizes' },
  reshape('sizes', 'as pairs', 'size rows'),
  ...SINGLE.map((name) => reshape(name, 'as column', `${name} column`)),
  {
    op: 'Concat',
    inputs: ['boxes in unit', ...SINGLE.map((name) => `${name} column`), 'size rows'],
    output: 'all rows',
    attributes: { axis: 1 },
  },
];

/** Nodes that compute the indices of the rows that suppression leaves: `indices`. */
const SUPPRESSION: readonly TinyNode[] = [
  { op: 'Unsqueeze', inputs: ['scores of rows', 'axis 1'], output: 'suppression scores' },
  {
    op: 'NonMaxSuppression',
    inputs: ['boxes', 'suppression scores', 'most', 'suppression iou', 'lowest'],
    output: 'kept',
  },
  gather('kept', 'last', 'kept rows', 1),
  reshape('kept rows', 'any length', 'indices'),
];

/** Rows [K, 11] of all values, one for each object that suppression inside the model leaves: `table`. */
function suppressed({ unit, first }: Counting): { nodes: TinyNode[]; constants: TinyTensor[] } {
  const { nodes, constants } = parts('corners');
  return {
    nodes: [...nodes, ...SUPPRESSION, ...ALL_ROWS, gather('all rows', 'indices', 'table', 0)],
    constants: [
      ...constants,
      at('axis 1', 1),
      at('most', 100),
      at('last', 2),
      at('any length', -1),
      at('as boxes', ROWS, 4),
      at('as pairs', ROWS, 2),
      at('as column', ROWS, 1),
      floats('suppression iou', [0.35]),
      floats('lowest', [0.3]),
      floats('unit', [unit === 'share' ? 1 / SIDE : 1]),
      floats('first class', [first]),
      floats('nothing', [0]),
    ],
  };
}

interface Counting {
  readonly unit: 'pixels' | 'share';
  /** Number of the first class. */
  readonly first: number;
}

const PIXELS_FROM_0: Counting = { unit: 'pixels', first: 0 };

function places(name: string, values: readonly Value[]): TinyTensor {
  return at(name, ...values.map((each) => VALUES.indexOf(each)));
}

/** One output of rows [K, n], or [1, K, n], as of exports with suppression inside. */
export function asRows(columns: readonly Value[], counting: Partial<Counting> = {}, batch = false): Uint8Array {
  const { nodes, constants } = suppressed({ ...PIXELS_FROM_0, ...counting });
  const added = batch ? [reshape('rows of objects', 'with batch', 'rows')] : [];
  return rewired(counterNano(), {
    nodes: [...nodes, gather('table', 'columns', batch ? 'rows of objects' : 'rows', 1), ...added],
    constants: [...constants, places('columns', columns), at('with batch', 1, -1, columns.length)],
    outputs: [{ name: 'rows', shape: batch ? [1, 'K', columns.length] : ['K', columns.length] }],
  });
}

/** Separate outputs of given values each, whole numbers for `class`, as of SSD, torchvision and mmdeploy. */
export function asLists(
  lists: Readonly<Record<string, readonly Value[]>>,
  counting: Partial<Counting> = {},
  count?: string,
): Uint8Array {
  const { nodes, constants } = suppressed({ ...PIXELS_FROM_0, ...counting });
  const entries = Object.entries(lists);
  const parted = entries.flatMap(([name, values]): TinyNode[] => {
    const whole = values[0] === 'class';
    return [
      gather('table', `places of ${name}`, `${name} values`, 1),
      reshape(`${name} values`, `shape of ${name}`, whole ? `${name} numbers` : name),
      ...(whole
        ? [{ op: 'Cast', inputs: [`${name} numbers`], output: name, attributes: { to: 7 } } satisfies TinyNode]
        : []),
    ];
  });
  const counted: TinyNode[] = count
    ? [
        { op: 'Shape', inputs: ['indices'], output: 'number' },
        { op: 'Cast', inputs: ['number'], output: count, attributes: { to: 1 } },
      ]
    : [];
  return rewired(counterNano(), {
    nodes: [...nodes, ...parted, ...counted],
    constants: [
      ...constants,
      ...entries.flatMap(([name, values]) => [
        places(`places of ${name}`, values),
        values.length === 1 ? at(`shape of ${name}`, 1, -1) : at(`shape of ${name}`, 1, -1, values.length),
      ]),
    ],
    outputs: [
      ...entries.map(([name, values]) => ({
        name,
        shape: values.length === 1 ? [1, 'K'] : [1, 'K', values.length],
        ...(values[0] === 'class' && { type: 'int64' as const }),
      })),
      ...(count ? [{ name: count, shape: [1] }] : []),
    ],
  });
}

interface Dense extends Counting {
  readonly boxes: BoxFormat;
  readonly objectness: boolean;
  /** A first class score of nearly 0, for a background. */
  readonly background: boolean;
  /** Values in rows, `[1, N, 4 + classes]`, in place of columns. */
  readonly rows: boolean;
}

/** All rows of the model with their class scores, as of YOLOv8, YOLOv5 and relatives. */
export function asDense(options: Partial<Dense>): Uint8Array {
  const { boxes = 'centre and size', objectness, background, rows, unit } = options;
  const { nodes, constants } = parts(boxes);
  const scores = [
    ...(objectness ? ['objectness'] : []),
    ...(background ? ['no scores'] : []),
    objectness ? 'class scores' : 'products',
  ];
  const width = 7 + (objectness ? 1 : 0) + (background ? 1 : 0);
  const output = rows ? 'values' : 'columns';
  return rewired(counterNano(), {
    nodes: [
      ...nodes,
      { op: 'Mul', inputs: ['boxes', 'unit'], output: 'boxes in unit' },
      { op: 'Mul', inputs: ['objectness', 'nothing'], output: 'no scores' },
      concat(['boxes in unit', ...scores], 'values'),
      { op: 'Transpose', inputs: ['values'], output: 'columns', attributes: { perm: [0, 2, 1] } },
    ],
    constants: [
      ...constants,
      { name: 'unit', dims: [1], values: Float32Array.of(unit === 'share' ? 1 / SIDE : 1) },
      { name: 'nothing', dims: [1], values: Float32Array.of(0) },
    ],
    outputs: [{ name: output, shape: rows ? [1, ROWS, width] : [1, width, ROWS] }],
  });
}

/** Logits and boxes as shares, as of the DETR family; with one logit more for "no object". */
export function asQueries(noObject: boolean): Uint8Array {
  const { nodes, constants } = parts('centre and size');
  const [lowest, one] = ['lowest probability', 'one'];
  return rewired(counterNano(), {
    nodes: [
      ...nodes,
      { op: 'Mul', inputs: ['boxes', 'unit'], output: 'pred_boxes' },
      { op: 'Max', inputs: ['products', lowest], output: 'probabilities' },
      { op: 'ReduceSum', inputs: ['probabilities', 'classes axis'], output: 'sum', attributes: { keepdims: 1 } },
      { op: 'Sub', inputs: [one, noObject ? 'sum' : 'probabilities'], output: 'raw rest' },
      { op: 'Max', inputs: ['raw rest', lowest], output: 'rest' },
      { op: 'Log', inputs: ['probabilities'], output: 'log probabilities' },
      { op: 'Log', inputs: ['rest'], output: 'log rest' },
      noObject
        ? concat(['log probabilities', 'log rest'], 'logits')
        : { op: 'Sub', inputs: ['log probabilities', 'log rest'], output: 'logits' },
    ],
    constants: [
      ...constants,
      floats('unit', [1 / SIDE]),
      floats(lowest, [1e-6]),
      floats(one, [1]),
      at('classes axis', 2),
    ],
    outputs: [
      { name: 'logits', shape: [1, ROWS, noObject ? 4 : 3] },
      { name: 'pred_boxes', shape: [1, ROWS, 4] },
    ],
  });
}
