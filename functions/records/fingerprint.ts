/** By what a picture is recognised when it comes again. */

import { createHash } from 'node:crypto';
import type { Fingerprint } from '../api/schemas.ts';

/** @param luminance of the decoded picture; absent: it was not decoded */
export function fingerprintOf(picture: Uint8Array, luminance?: string): Fingerprint {
  const sha256 = createHash('sha256').update(picture).digest('hex');
  return { sha256, ...(luminance !== undefined && { luminance }) };
}
