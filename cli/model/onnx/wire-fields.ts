import { PbfReader } from 'pbf';

/** One field of a protocol buffer message. */
export interface Field {
  readonly number: number;
  /** Its bytes, with number and length. */
  readonly whole: Uint8Array;
  /** The value of a message, string or bytes. */
  readonly value: Uint8Array | undefined;
}

/** https://protobuf.dev/programming-guides/encoding/#structure */
const LENGTH_DELIMITED = 2;

/** The fields of a message, in the order of the file, without copies. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const reader = new PbfReader(bytes);
  const fields: Field[] = [];
  for (let start = 0; reader.pos < reader.length; start = reader.pos) {
    const number = reader.nextField();
    const value = reader.type === LENGTH_DELIMITED ? reader.readBytes() : undefined;
    if (!value) reader.skip(reader.type);
    fields.push({ number, whole: bytes.subarray(start, reader.pos), value });
  }
  return fields;
}

/** A field of a message, string or bytes, in pieces. */
export function field(number: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  return [varint(number * 8 + LENGTH_DELIMITED), varint(sizeOf(pieces)), ...pieces];
}

/** A field with a whole number of at least 0. */
export function varintField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** Number of bytes of all pieces. */
export function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
