import { type Field, field, fieldsOf, varintField } from './wire-fields.ts';

/** Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;
const GRAPH_VALUE_INFO = 13;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;
const TYPE_TENSOR = 1;
const TENSOR_SHAPE = 2;
const SHAPE_DIM = 1;
const DIM_VALUE = 1;
const DIM_PARAM = 2;

/** The declared size of a picture input. */
export interface InputSize {
  /** Name of the input. */
  readonly name: string;
  readonly layout: 'NCHW' | 'NHWC';
  readonly width: number;
  readonly height: number;
}

type Bytes = Uint8Array<ArrayBufferLike>;

/**
 * A model with another declared size of its picture input. The sizes of its outputs become open, and those of values
 * between are removed, because they follow. Whether the graph computes with the size is for ONNX Runtime to say.
 */
export function withInputSize(model: Uint8Array, size: InputSize): Buffer {
  const pieces = changed(model, (each) => (each.number === MODEL_GRAPH ? graphOf(each, size) : undefined));
  return Buffer.concat(pieces);
}

function graphOf({ number, value = new Uint8Array() }: Field, size: InputSize): Bytes[] {
  const fields = changed(value, (each) => {
    if (each.number === GRAPH_VALUE_INFO) return [];
    if (each.number === GRAPH_INPUT && nameOf(each) === size.name) return withDims(each, (at) => sideAt(at, size));
    return each.number === GRAPH_OUTPUT ? withDims(each, (at) => open(at, nameOf(each))) : undefined;
  });
  return field(number, fields);
}

/** The dimension of an input at a place: its height or width; `undefined`: as it is. */
function sideAt(at: number, { layout, width, height }: InputSize): Bytes | undefined {
  const [down, across] = layout === 'NCHW' ? [2, 3] : [1, 2];
  return at === down ? varintField(DIM_VALUE, height) : at === across ? varintField(DIM_VALUE, width) : undefined;
}

/** An open dimension, with a name of its own. */
function open(at: number, name: string): Bytes {
  return Buffer.concat(field(DIM_PARAM, [Buffer.from(`${name} ${at}`)]));
}

function nameOf({ value = new Uint8Array() }: Field): string {
  const name = fieldsOf(value).find(({ number }) => number === VALUE_NAME)?.value ?? new Uint8Array();
  return Buffer.from(name).toString();
}

/** A description of an input or output with other dimensions. */
function withDims(value: Field, dimension: (at: number) => Bytes | undefined): Bytes[] {
  let at = 0;
  const shape = (each: Field) => (each.number === SHAPE_DIM ? replaced(SHAPE_DIM, dimension(at++), each) : undefined);
  const path = [VALUE_TYPE, TYPE_TENSOR, TENSOR_SHAPE];
  const inside =
    (depth: number) =>
    (each: Field): Bytes[] | undefined => {
      if (each.number !== path[depth]) return undefined;
      return field(each.number, changed(each.value ?? new Uint8Array(), depth === 2 ? shape : inside(depth + 1)));
    };
  return field(value.number, changed(value.value ?? new Uint8Array(), inside(0)));
}

function replaced(number: number, content: Bytes | undefined, { whole }: Field): Bytes[] {
  return content ? field(number, [content]) : [whole];
}

/** The fields of a message, some of them changed. @param change returns `undefined` to keep a field */
function changed(message: Uint8Array, change: (field: Field) => Bytes[] | undefined): Bytes[] {
  return fieldsOf(message).flatMap((each) => change(each) ?? [each.whole]);
}
