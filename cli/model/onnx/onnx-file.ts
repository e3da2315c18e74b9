import { BrokenMessageError, message, readMessage, text, type Values, whole } from './message.ts';

/** Description of an ONNX file, without the inputs and outputs that ONNX Runtime reports. */
export interface OnnxFile {
  readonly irVersion: number;
  /** The program that wrote it: `pytorch 2.1.0`. */
  readonly producer: string;
  /** Operator sets by domain; the default one is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Exporters write it beside the graph: Ultralytics its class names, stride and task. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Occurrences of each operator. */
  readonly operators: Readonly<Record<string, number>>;
  /** The operator that computes each output: `Sigmoid`, `Concat`. */
  readonly outputOperators: Readonly<Record<string, string>>;
  /** Other files that hold weights; `model add` joins them, because a package has one file only. */
  readonly externalFiles: readonly string[];
}

/** A file that is no ONNX model, or not a whole one. */
export class NotOnnxError extends Error {
  override readonly name = 'NotOnnxError';
}

/** The fields that are read, by their numbers in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const ENTRY = { key: [1, text], value: [2, text] } as const;
const OPSET = { domain: [1, text], version: [2, whole] } as const;
const NODE = { outputs: [2, text], operator: [4, text] } as const;
const TENSOR = { externalData: [13, message(ENTRY)], dataLocation: [14, whole] } as const;
const GRAPH = {
  nodes: [1, message(NODE)],
  initializers: [5, message(TENSOR)],
  outputs: [12, message({ name: [1, text] })],
} as const;
const MODEL = {
  irVersion: [1, whole],
  producerName: [2, text],
  producerVersion: [3, text],
  graph: [7, message(GRAPH)],
  opsets: [8, message(OPSET)],
  metadata: [14, message(ENTRY)],
} as const;

/**
 * Reads the description of an ONNX file.
 * @throws NotOnnxError with the format that the bytes seem to have, and the remedy
 */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const other = otherFormat(bytes);
  if (other) throw new NotOnnxError(`Expected an ONNX model, received ${other}`);
  try {
    return describe(readMessage(bytes, MODEL));
  } catch (cause) {
    if (!(cause instanceof BrokenMessageError)) throw cause;
    throw new NotOnnxError(
      `Expected a whole ONNX model, received ${bytes.length} bytes that are incomplete or of another format ` +
        `(${cause.message}); download or export it again`,
      { cause },
    );
  }
}

function describe(model: Values<typeof MODEL>): OnnxFile {
  const [graph] = model.graph;
  const irVersion = model.irVersion.at(-1) ?? 0;
  if (!graph || irVersion === 0) {
    throw new NotOnnxError(
      'Expected an ONNX model, received a file without a graph; export the model with its weights as .onnx',
    );
  }
  return {
    irVersion,
    producer: [...model.producerName, ...model.producerVersion].join(' ').trim(),
    opsets: Object.fromEntries(
      model.opsets.map(({ domain, version }) => [domain[0] || 'ai.onnx', version.at(-1) ?? 0]),
    ),
    metadata: record(model.metadata),
    operators: countOperators(graph),
    outputOperators: outputOperators(graph),
    externalFiles: [...new Set(graph.initializers.flatMap(externalFile))],
  };
}

function record(entries: readonly Values<typeof ENTRY>[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ key, value }) => [key[0] ?? '', value[0] ?? '']));
}

function countOperators({ nodes }: Values<typeof GRAPH>): Record<string, number> {
  const byOperator = Map.groupBy(nodes, ({ operator }) => operator[0] ?? '');
  return Object.fromEntries([...byOperator].map(([operator, own]) => [operator, own.length]));
}

function outputOperators({ nodes, outputs }: Values<typeof GRAPH>): Record<string, string> {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node.operator[0] ?? ''])));
  return Object.fromEntries(
    outputs.flatMap(({ name }) => name.slice(0, 1)).map((name) => [name, producers.get(name) ?? '']),
  );
}

/** The file that holds a tensor's values: `data_location` 1 refers to `external_data`. */
function externalFile({ externalData, dataLocation }: Values<typeof TENSOR>): string[] {
  return dataLocation.at(-1) === 1 ? [record(externalData).location ?? '(unknown)'] : [];
}

/** The operator sets of a file in words: `ai.onnx 13, ai.onnx.ml 2`. */
export function opsetsInWords({ opsets }: Pick<OnnxFile, 'opsets'>): string {
  return Object.entries(opsets)
    .map(([domain, version]) => `${domain} ${version}`)
    .join(', ');
}

/** Names a format that is often mistaken for ONNX by its first bytes, with the remedy. */
function otherFormat(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'an empty file; download or export it again';
  const start = Buffer.from(bytes.subarray(0, 256));
  const text = start.toString('latin1').trimStart().toLowerCase();
  if (start.subarray(4, 8).toString('latin1') === 'ORTM')
    return 'ONNX Runtime’s own format; add the .onnx it was made from';
  if (start.subarray(4, 8).toString('latin1') === 'TFL3')
    return 'a TensorFlow Lite model; export it as .onnx (tf2onnx)';
  if (start.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004')
    return 'a zip archive (a PyTorch .pt?); export it with torch.onnx.export';
  if (start.subarray(0, 8).toString('latin1') === '\u0089HDF\r\n\u001a\n')
    return 'an HDF5 file (Keras?); export it as .onnx (tf2onnx)';
  if (start.subarray(0, 3).toString('hex') === 'ffd8ff') return 'a JPEG picture; use the model’s .onnx file';
  if (text.startsWith('version https://git-lfs'))
    return 'a Git LFS pointer, not the file itself; fetch it with git lfs pull';
  if (text.startsWith('<')) return 'an HTML or XML page; use the address of the file itself, not of a page about it';
  if (text.startsWith('{')) return 'JSON; use the model’s .onnx file or its address';
  return undefined;
}
