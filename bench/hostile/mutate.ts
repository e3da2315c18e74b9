import type { Random } from './random.ts';

/** Values that parsers compare with. */
const EXTREMES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => bytes.subarray(0, random.whole(0, bytes.length)),
  (bytes, random) => bytes.subarray(random.whole(0, Math.min(64, bytes.length))),
  (bytes, random) => filled(bytes, random, 0),
  (bytes, random) => filled(bytes, random, 0xff),
  (bytes, random) => random.bytes(random.size(64) + 1).reduce((all, byte) => flipped(all, random, byte), bytes),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const copies = Array<Buffer>(random.size(40) + 2).fill(bytes.subarray(from, Math.min(to, from + 20_000)));
    return Buffer.concat([bytes.subarray(0, from), ...copies, bytes.subarray(to)]);
  },
  (bytes, random) => {
    const at = random.whole(0, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(random.size(2000)), bytes.subarray(at)]);
  },
  // Lengths and sizes are in the first bytes, and behind the names of parts.
  (bytes, random) => overwritten(bytes, random, random.whole(0, Math.min(200, bytes.length))),
  (bytes, random) => overwritten(bytes, random, random.whole(0, bytes.length)),
  (bytes) => Buffer.concat([bytes, bytes]),
];

/** Some bytes of a file changed, in one way or several. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  const times = random.whole(1, 3);
  return Array.from({ length: times }).reduce<Buffer>((all) => random.one(MUTATIONS)(all, random), bytes);
}

function range(bytes: Buffer, random: Random): [number, number] {
  const from = random.whole(0, bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random.size(bytes.length))];
}

function filled(bytes: Buffer, random: Random, value: number): Buffer {
  return Buffer.from(bytes).fill(value, ...range(bytes, random));
}

function flipped(bytes: Buffer, random: Random, byte: number): Buffer {
  if (bytes.length === 0) return bytes;
  const changed = Buffer.from(bytes);
  changed[random.whole(0, bytes.length - 1)] = byte;
  return changed;
}

function overwritten(bytes: Buffer, random: Random, at: number): Buffer {
  const width = random.one([1, 2, 4] as const);
  if (at + width > bytes.length) return bytes;
  const changed = Buffer.from(bytes);
  const value = random.one(EXTREMES) % 2 ** (8 * width);
  if (random.happens(0.5)) changed.writeUIntBE(value, at, width);
  else changed.writeUIntLE(value, at, width);
  return changed;
}
