import { PbfReader } from 'pbf';

/** Bytes that are no protocol buffer message, or not a whole one. */
export class BrokenMessageError extends Error {
  override readonly name = 'BrokenMessageError';
}

/** How the value of a field is read. */
interface ValueType<T> {
  /** https://protobuf.dev/programming-guides/encoding/#structure */
  readonly wireType: number;
  readonly read: (reader: PbfReader) => T;
}

/** The fields of a message that are read: name, field number, and type of the value. */
type Schema = Readonly<Record<string, readonly [field: number, type: ValueType<unknown>]>>;

/** All values of each field in the order of the file; none for a field that is absent. */
export type Values<S extends Schema> = {
  readonly [Name in keyof S]: readonly (S[Name][1] extends ValueType<infer T> ? T : never)[];
};

/** A whole number of at least 0. */
export const whole: ValueType<number> = { wireType: 0, read: (reader) => reader.readVarint() };

/** A string. */
export const text: ValueType<string> = { wireType: 2, read: (reader) => reader.readString() };

/** A message within a message. */
export function message<const S extends Schema>(schema: S): ValueType<Values<S>> {
  const read = (reader: PbfReader) => {
    const length = reader.readVarint();
    return readFields(reader, reader.pos + length, schema);
  };
  return { wireType: 2, read };
}

/**
 * Reads the fields of a message that the schema names. All others are skipped: weights, nearly all bytes of a model,
 * are neither decoded nor copied.
 * @throws BrokenMessageError
 */
export function readMessage<const S extends Schema>(bytes: Uint8Array, schema: S): Values<S> {
  const reader = new PbfReader(bytes);
  try {
    return readFields(reader, reader.length, schema);
  } catch (cause) {
    if (cause instanceof BrokenMessageError) throw cause;
    // Because pbf throws plain errors for invalid numbers and wire types.
    throw new BrokenMessageError(`${(cause as Error).message} at byte ${reader.pos}`, { cause });
  }
}

/** @param end position after the message */
function readFields<S extends Schema>(reader: PbfReader, end: number, schema: S): Values<S> {
  if (end > reader.length) {
    throw new BrokenMessageError(`Expected a message up to byte ${end}, received ${reader.length} bytes`);
  }
  const fields = Object.entries(schema).map(([name, [number, type]]) => ({
    name,
    number,
    type,
    values: [] as unknown[],
  }));
  while (reader.pos < end) {
    const number = reader.nextField(end);
    if (number === 0) throw new BrokenMessageError(`Expected a field number of at least 1, received 0`);
    const field = fields.find((each) => each.number === number && each.type.wireType === reader.type);
    if (field) field.values.push(field.type.read(reader));
    else reader.skip(reader.type);
  }
  if (reader.pos > end) {
    throw new BrokenMessageError(`Expected a message up to byte ${end}, received a field up to byte ${reader.pos}`);
  }
  // Because TypeScript loses the types of a schema's entries.
  return Object.fromEntries(fields.map(({ name, values }) => [name, values])) as unknown as Values<S>;
}
