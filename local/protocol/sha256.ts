/** SHA-256 by Node itself: of contents, and for the signatures of the AWS SDK, whose own is JavaScript. */

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/** Because signature and checksum of a request cover the same content, and a large one takes a millisecond. */
const digests = new WeakMap<Buffer, Buffer>();

/** SHA-256 of content that does not change afterwards: computed once. */
export function sha256Of(content: Buffer): Buffer {
  const digest = digests.get(content) ?? createHash('sha256').update(content).digest();
  digests.set(content, digest);
  return digest;
}

type Data = string | ArrayBuffer | ArrayBufferView;

export class Sha256 {
  private readonly hash: Hash | Hmac;

  /** @param secret makes it an HMAC */
  constructor(secret?: Data) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Data): void {
    this.hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): never {
    throw new Error('Expected one digest of each hash, received a reset');
  }
}

function bytesOf(data: Data): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
