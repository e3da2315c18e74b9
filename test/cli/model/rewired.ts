import { type Field, fieldsOf } from '../../../cli/model/onnx/wire.ts';
import {
  nodeProto,
  type TinyNode,
  type TinyTensor,
  type TinyValue,
  tensorProto,
  valueProto,
} from '../../detection/fixtures/tiny-onnx.ts';
import { message, number, part, type WireBytes } from '../../detection/fixtures/wire.ts';

const GRAPH = 7;
const METADATA = 14;
const NODE = 1;
const INITIALIZER = 5;
const OUTPUT = 12;

export interface Rewiring {
  readonly nodes: readonly TinyNode[];
  readonly constants?: readonly TinyTensor[];
  /** The outputs in place of the model's own. */
  readonly outputs: readonly TinyValue[];
}

/** A model with more nodes behind its outputs: the same weights in another layout. */
export function rewired(model: Uint8Array, { nodes, constants = [], outputs }: Rewiring): WireBytes {
  const fields = [...fieldsOf(model)].map((field) => {
    if (field.number !== GRAPH || !field.bytes) return copied(field);
    const kept = [...fieldsOf(field.bytes)].filter((each) => each.number !== OUTPUT).map(copied);
    const added = [
      ...nodes.map((node) => part(NODE, nodeProto(node))),
      ...constants.map((tensor) => part(INITIALIZER, tensorProto(tensor))),
      ...outputs.map((value) => part(OUTPUT, valueProto(value))),
    ];
    return part(GRAPH, message(...kept, ...added));
  });
  return message(...fields);
}

/** A model without its metadata, or with other. */
export function withMetadata(model: Uint8Array, metadata: Readonly<Record<string, string>>): WireBytes {
  const kept = [...fieldsOf(model)].filter((field) => field.number !== METADATA).map(copied);
  const bytes = (value: string) => new Uint8Array(Buffer.from(value));
  const entries = Object.entries(metadata).map(([key, value]) =>
    part(METADATA, message(part(1, bytes(key)), part(2, bytes(value)))),
  );
  return message(...kept, ...entries);
}

/** Fields of fixed length do not occur at these levels. */
function copied({ number: field, value, bytes }: Field): WireBytes {
  return bytes ? part(field, new Uint8Array(bytes)) : number(field, Number(value));
}
