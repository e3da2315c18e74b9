import { BrokenMessageError, message, readMessage, text, whole } from './message.ts';
import { type Field, field, fieldsOf, sizeOf } from './wire-fields.ts';

/** A tensor whose values are in another file. */
export interface ExternalTensor {
  /** Path of the file, as the model has it. */
  readonly location: string;
  /** First byte in that file. */
  readonly offset: number;
  readonly length: number;
}

/** Reads the values of a tensor from its file. */
export type ReadValues = (tensor: ExternalTensor) => Uint8Array;

/** Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: messages that lead to tensors. */
const PATHS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
};

const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

const TENSOR = {
  dims: [1, whole],
  type: [2, whole],
  name: [8, text],
  external: [EXTERNAL_DATA, message({ key: [1, text], value: [2, text] } as const)],
  location: [DATA_LOCATION, whole],
} as const;

/** Bytes of one value by ONNX's number of its type. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  ...{ 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2 },
  ...{ 17: 1, 18: 1, 19: 1, 20: 1, 21: 0.5, 22: 0.5, 23: 0.5 },
};

/**
 * The bytes of a model with the values of all tensors inside, in pieces. Everything else is copied as it is.
 * @throws BrokenMessageError for a tensor whose file, part or number of bytes is not stated consistently; what `read`
 * throws
 */
export function joinWeights(model: Uint8Array, read: ReadValues): Uint8Array[] {
  return rewritten(model, 'model', read);
}

function rewritten(bytes: Uint8Array, kind: string, read: ReadValues): Uint8Array[] {
  if (kind === 'tensor') return tensorInside(bytes, read);
  return fieldsOf(bytes).flatMap((each) => {
    const inner = PATHS[kind]?.[each.number];
    return inner && each.value ? changed(each, rewritten(each.value, inner, read)) : [each.whole];
  });
}

/** The field as it was if its value is the same. */
function changed({ number, value, whole }: Field, pieces: readonly Uint8Array[]): Uint8Array[] {
  return sizeOf(pieces) === value?.length ? [whole] : field(number, pieces);
}

function tensorInside(bytes: Uint8Array, read: ReadValues): Uint8Array[] {
  const external = externalPart(bytes);
  if (!external) return [bytes];
  const kept = fieldsOf(bytes).filter(({ number }) => ![RAW_DATA, EXTERNAL_DATA, DATA_LOCATION].includes(number));
  return [...kept.map(({ whole }) => whole), ...field(RAW_DATA, [read(external)])];
}

function externalPart(bytes: Uint8Array): ExternalTensor | undefined {
  const { dims, type, name, external, location } = readMessage(bytes, TENSOR);
  if (location.at(-1) !== 1) return undefined;
  const entries = Object.fromEntries(external.map(({ key, value }) => [key[0] ?? '', value[0] ?? '']));
  const expected = Math.ceil(dims.reduce((product, dim) => product * dim, 1) * (VALUE_BYTES[type.at(-1) ?? 0] ?? NaN));
  const [offset, length] = [Number(entries.offset ?? 0), Number(entries.length ?? expected)];
  const valid = Number.isSafeInteger(offset) && offset >= 0 && length === expected && entries.location;
  if (valid) return { location: entries.location as string, offset, length };
  throw new BrokenMessageError(
    `Expected ${expected} bytes in a file for the tensor "${name[0] ?? ''}", received ${JSON.stringify(entries)}`,
  );
}
