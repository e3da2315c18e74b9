import { PbfReader } from 'pbf';
import {
  nodeProto,
  type TinyNode,
  type TinyTensor,
  type TinyValue,
  tensorProto,
  valueProto,
} from '../../detection/fixtures/tiny-onnx.ts';
import { message, part, type WireBytes } from '../../detection/fixtures/wire.ts';

const GRAPH = 7;
const METADATA = 14;
const NODE = 1;
const INITIALIZER = 5;
const INPUT = 11;
const OUTPUT = 12;

export interface Rewiring {
  readonly nodes: readonly TinyNode[];
  readonly constants?: readonly TinyTensor[];
  /** Outputs that replace those of the model; default: the model's own. */
  readonly outputs?: readonly TinyValue[];
  /** An input that replaces the model's, and the nodes that compute the model's input from it. */
  readonly before?: { readonly input: TinyValue; readonly nodes: readonly TinyNode[] };
}

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** Its bytes with number and length. */
  readonly whole: WireBytes;
  /** Its value, for messages and strings. */
  readonly value: Uint8Array;
}

/** The fields of a message in the order of the file. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const reader = new PbfReader(bytes);
  const fields: Field[] = [];
  for (let start = 0; reader.pos < reader.length; start = reader.pos) {
    const number = reader.nextField();
    const { type, pos } = reader;
    const value = type === 2 ? reader.readBytes() : new Uint8Array();
    if (reader.pos === pos) reader.skip(type);
    fields.push({ number, whole: new Uint8Array(bytes.subarray(start, reader.pos)), value });
  }
  return fields;
}

/** A model with more nodes after its outputs: the same weights in another layout. */
export function rewired(model: Uint8Array, { nodes, constants = [], outputs, before }: Rewiring): WireBytes {
  const fields = fieldsOf(model).map((field) => {
    if (field.number !== GRAPH) return field.whole;
    const replaced = [...(outputs ? [OUTPUT] : []), ...(before ? [INPUT] : [])];
    const kept = fieldsOf(field.value).flatMap((each) => (replaced.includes(each.number) ? [] : each.whole));
    const first = before
      ? [...before.nodes.map((node) => part(NODE, nodeProto(node))), part(INPUT, valueProto(before.input))]
      : [];
    const added = [
      ...nodes.map((node) => part(NODE, nodeProto(node))),
      ...constants.map((tensor) => part(INITIALIZER, tensorProto(tensor))),
      ...(outputs ?? []).map((value) => part(OUTPUT, valueProto(value))),
    ];
    return part(GRAPH, message(...first, ...kept, ...added));
  });
  return message(...fields);
}

/** A model with other metadata. */
export function withMetadata(model: Uint8Array, metadata: Readonly<Record<string, string>>): WireBytes {
  const kept = fieldsOf(model).flatMap((field) => (field.number === METADATA ? [] : field.whole));
  const bytes = (value: string) => new Uint8Array(Buffer.from(value));
  const entries = Object.entries(metadata).map(([key, value]) =>
    part(METADATA, message(part(1, bytes(key)), part(2, bytes(value)))),
  );
  return message(...kept, ...entries);
}
