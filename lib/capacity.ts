/** Faults and defaults of concurrency and memory. */

import type { Fault } from '../functions/plan/fault.ts';
import { DEFAULTS } from './config.ts';
import type { ParsedEndpoint } from './config-schema.ts';

/** Of the declared value only: the default of a small reservation is Lambda's minimum, even where that is larger. */
export function concurrencyFaults({ reservedConcurrency, uploadConcurrency }: ParsedEndpoint, path: string): Fault[] {
  if (reservedConcurrency === undefined || uploadConcurrency === undefined) return [];
  if (uploadConcurrency <= reservedConcurrency) return [];
  const expected = `Expected at most the reservedConcurrency of ${reservedConcurrency}, so that no upload is throttled`;
  return [{ path: `${path}.uploadConcurrency`, expected, value: uploadConcurrency }];
}

/** Of a function without a picture, MB, and of each pixel of an interlaced PNG with 16 bit and transparency, bytes. */
const MEMORY = { resting: 200, perPixel: 8 };

/** Because Lambda ends a function that runs out of memory, and a retry ends it again. */
export function memoryFaults({ memoryMb, maxPixels }: ParsedEndpoint, path: string): Fault[] {
  const least = Math.ceil(MEMORY.resting + (MEMORY.perPixel * maxPixels) / 1e6);
  if (memoryMb >= least) return [];
  const expected = `Expected at least ${least} MB, which a picture of ${maxPixels} pixels (maxPixels) can need`;
  return [{ path: `${path}.memoryMb`, expected, value: memoryMb }];
}

/** Half of a reservation is left to HTTP callers. Lambda's minimum is 2. */
export function defaultUploadConcurrency(reserved = Number.POSITIVE_INFINITY): number {
  return Math.max(2, Math.min(DEFAULTS.endpoint.uploadConcurrency, Math.floor(reserved / 2)));
}
