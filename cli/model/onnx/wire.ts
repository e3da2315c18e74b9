/** Bytes that are not the protocol buffer they should be. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** One field of a message: its number with a whole number, or with its bytes (strings, messages, packed lists, fixed numbers). */
export type Field =
  | { readonly number: number; readonly value: bigint; readonly bytes?: undefined }
  | { readonly number: number; readonly bytes: Uint8Array; readonly value?: undefined };

/**
 * The fields of a protocol buffer message in the order of the file (https://protobuf.dev/programming-guides/encoding/). Bytes
 * are views, nothing is copied: a model's weights, nearly all of its bytes, are stepped over. That is why this is no library:
 * those that are kept up to date decode the whole message into objects.
 * @throws WireError where a field does not fit into the bytes, or is of no known type
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const start = cursor.at;
    const key = Number(varint(message, cursor));
    const number = Math.floor(key / 8);
    if (number === 0) throw new WireError(`expected a field, received the number 0 at byte ${start}`);
    yield read(message, cursor, number, key % 8);
  }
}

function read(message: Uint8Array, cursor: { at: number }, number: number, type: number): Field {
  if (type === 0) return { number, value: varint(message, cursor) };
  if (type === 1) return { number, bytes: take(message, cursor, 8) };
  if (type === 2) return { number, bytes: take(message, cursor, Number(varint(message, cursor))) };
  if (type === 5) return { number, bytes: take(message, cursor, 4) };
  throw new WireError(`expected a wire type of 0, 1, 2 or 5, received ${type} at byte ${cursor.at}`);
}

function varint(message: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = message[cursor.at++];
    if (byte === undefined) throw new WireError(`expected a number, received the end at byte ${message.length}`);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new WireError(`expected a number of at most 10 bytes, received more before byte ${cursor.at}`);
}

function take(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const end = cursor.at + length;
  if (end > message.length) {
    throw new WireError(
      `expected ${length} bytes from byte ${cursor.at} on, received the end at byte ${message.length}`,
    );
  }
  const bytes = message.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

const decoder = new TextDecoder();

/** The strings of a repeated field. */
export function texts(fields: readonly Field[], number: number): string[] {
  return fields.flatMap((field) => (field.number === number && field.bytes ? [decoder.decode(field.bytes)] : []));
}

/** The messages or byte strings of a repeated field. */
export function parts(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.flatMap((field) => (field.number === number && field.bytes ? [field.bytes] : []));
}

/** A whole number, the last one given; 0 where there is none, as protocol buffers say. */
export function whole(fields: readonly Field[], number: number): number {
  return Number(fields.findLast((field) => field.number === number)?.value ?? 0n);
}
