/** By what a picture is recognised when it comes again. */

import { createHash } from 'node:crypto';
import type { Fingerprint } from '../api/schemas.ts';

const digests = new WeakMap<Uint8Array, string>();

/** SHA-256 of a picture, hexadecimal: computed once, because a large one takes a millisecond. */
export function sha256Of(picture: Uint8Array): string {
  const sha256 = digests.get(picture) ?? createHash('sha256').update(picture).digest('hex');
  digests.set(picture, sha256);
  return sha256;
}

/** @param luminance of the decoded picture; absent: it was not decoded */
export function fingerprintOf(picture: Uint8Array, luminance?: string): Fingerprint {
  return { sha256: sha256Of(picture), ...(luminance !== undefined && { luminance }) };
}
