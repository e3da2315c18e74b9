import { fieldsOf, parts, texts, WireError, whole } from './wire.ts';

/** What an ONNX file says about itself, beside what ONNX Runtime tells of its inputs and outputs. */
export interface OnnxFile {
  readonly irVersion: number;
  /** The program that wrote it: `pytorch 2.1.0`. */
  readonly producer: string;
  /** Operator sets by domain; the default one is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** What exporters write beside the graph: Ultralytics its class names, stride and task. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How often each operator occurs. */
  readonly operators: Readonly<Record<string, number>>;
  /** The operator that makes each output: `Sigmoid`, `Concat`. */
  readonly outputOperators: Readonly<Record<string, string>>;
  /** Files beside it that hold weights; a package is one file, so these must be none. */
  readonly externalFiles: readonly string[];
}

/** A file that is no ONNX model, or not a whole one. */
export class NotOnnxError extends Error {
  override readonly name = 'NotOnnxError';
}

/**
 * Reads the parts of a `ModelProto` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that tell what a file is.
 * @throws NotOnnxError saying what the file seems to be instead, and what to do
 */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const other = otherFormat(bytes);
  if (other) throw new NotOnnxError(`expected an ONNX model, received ${other}`);
  try {
    return readModel(bytes);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new NotOnnxError(
      `expected a whole ONNX model, received ${bytes.length} bytes that break off or are something else (${cause.message}); ` +
        'download or export it again',
      { cause },
    );
  }
}

function readModel(bytes: Uint8Array): OnnxFile {
  const model = [...fieldsOf(bytes)];
  const graphBytes = parts(model, 7)[0];
  const irVersion = whole(model, 1);
  if (!graphBytes || irVersion === 0) {
    throw new NotOnnxError(
      'expected an ONNX model, received a file without a graph; export the model with its weights as .onnx',
    );
  }
  const graph = [...fieldsOf(graphBytes)];
  const nodes = parts(graph, 1).map((node) => [...fieldsOf(node)]);
  return {
    irVersion,
    producer: [...texts(model, 2), ...texts(model, 3)].join(' ').trim(),
    opsets: Object.fromEntries(parts(model, 8).map(readOpset)),
    metadata: Object.fromEntries(parts(model, 14).map(readEntry)),
    operators: countOperators(nodes),
    outputOperators: readOutputOperators(nodes, graph),
    externalFiles: [...new Set(parts(graph, 5).flatMap(readExternal))],
  };
}

type Fields = ReturnType<typeof fieldsOf> extends Generator<infer F> ? F[] : never;

function readOpset(bytes: Uint8Array): [string, number] {
  const opset = [...fieldsOf(bytes)];
  return [texts(opset, 1)[0] || 'ai.onnx', whole(opset, 2)];
}

function readEntry(bytes: Uint8Array): [string, string] {
  const entry = [...fieldsOf(bytes)];
  return [texts(entry, 1)[0] ?? '', texts(entry, 2)[0] ?? ''];
}

function countOperators(nodes: readonly Fields[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const node of nodes) {
    const operator = texts(node, 4)[0] ?? '';
    counts[operator] = (counts[operator] ?? 0) + 1;
  }
  return counts;
}

function readOutputOperators(nodes: readonly Fields[], graph: Fields): Record<string, string> {
  const outputs = parts(graph, 12).flatMap((output) => texts([...fieldsOf(output)], 1).slice(0, 1));
  const makers = new Map(
    nodes.flatMap((node) => texts(node, 2).map((name) => [name, texts(node, 4)[0] ?? ''] as const)),
  );
  return Object.fromEntries(outputs.map((name) => [name, makers.get(name) ?? '']));
}

/** A tensor's `data_location` 1 says that its bytes are elsewhere; `external_data` says where. */
function readExternal(bytes: Uint8Array): string[] {
  const tensor = [...fieldsOf(bytes)];
  if (whole(tensor, 14) !== 1) return [];
  const entries = Object.fromEntries(parts(tensor, 13).map(readEntry));
  return [entries.location ?? '(nowhere)'];
}

/** Formats that people take for ONNX, by their first bytes, with the way out. */
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
  if (start.subarray(0, 3).toString('hex') === 'ffd8ff') return 'a JPEG picture; give the model’s .onnx file';
  if (text.startsWith('version https://git-lfs'))
    return 'a Git LFS pointer, not the file itself; fetch it with git lfs pull';
  if (text.startsWith('<')) return 'an HTML or XML page; the address leads to a page about the file, not to the file';
  if (text.startsWith('{')) return 'JSON; give the model’s .onnx file, or an address that answers it';
  return undefined;
}
