import { createHash } from 'node:crypto';

/** Because signature and checksum of a request cover the same content, and a large one takes a millisecond. */
const digests = new WeakMap<Buffer, Buffer>();

/** SHA-256 of content that does not change afterwards: computed once. */
export function sha256Of(content: Buffer): Buffer {
  const digest = digests.get(content) ?? createHash('sha256').update(content).digest();
  digests.set(content, digest);
  return digest;
}
