import { message, number, part, text, type WireBytes } from '../../detection/fixtures/wire.ts';
import { counterNano } from './layouts.ts';
import { fieldsOf } from './rewired.ts';

/** Numbers of fields in onnx.proto. */
const [GRAPH, INITIALIZER, RAW_DATA, EXTERNAL_DATA, DATA_LOCATION] = [7, 5, 9, 13, 14];

export interface TwoFiles {
  readonly model: WireBytes;
  readonly data: Uint8Array;
}

/** The built-in model as PyTorch from 2.9 on writes it: the values of all tensors in a second file. */
export function twoFiles(location: string): TwoFiles {
  const values: Uint8Array[] = [];
  const tensor = (bytes: Uint8Array): WireBytes => {
    const fields = fieldsOf(bytes);
    const raw = fields.find((field) => field.number === RAW_DATA)?.value;
    if (!raw) return new Uint8Array(bytes);
    const entries = { location, offset: values.reduce((sum, { length }) => sum + length, 0), length: raw.length };
    values.push(raw);
    const external = Object.entries(entries).map(([key, value]) =>
      part(EXTERNAL_DATA, message(text(1, key), text(2, String(value)))),
    );
    const kept = fields.flatMap((field) => (field.number === RAW_DATA ? [] : field.whole));
    return message(...kept, ...external, number(DATA_LOCATION, 1));
  };
  const model = fieldsOf(counterNano()).map((field) => {
    if (field.number !== GRAPH) return field.whole;
    const graph = fieldsOf(field.value).map((each) =>
      each.number === INITIALIZER ? part(INITIALIZER, tensor(each.value)) : each.whole,
    );
    return part(GRAPH, message(...graph));
  });
  return { model: message(...model), data: Buffer.concat(values) };
}
