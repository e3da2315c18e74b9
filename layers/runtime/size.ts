/** Lambda's limit of unzipped code, and sizes of folders. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Maximum size of a function's code together with its layers, unzipped, bytes: Lambda's "250 MB".
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_UNZIPPED_BYTES = 262_144_000;

/** A function's code and layers exceed Lambda's limit. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/**
 * Checks a function's size against Lambda's limit.
 *
 * @param parts bytes by the name of the part.
 * @returns the sum, bytes.
 * @throws TooLargeError when the sum exceeds the limit, with the size of each part.
 */
export function checkUnzipped(parts: Readonly<Record<string, number>>): number {
  const sum = Object.values(parts).reduce((total, bytes) => total + bytes, 0);
  if (sum <= MAX_UNZIPPED_BYTES) return sum;
  const list = Object.entries(parts).map(([part, bytes]) => `${part} ${megabytes(bytes)}`);
  const limit = megabytes(MAX_UNZIPPED_BYTES);
  throw new TooLargeError(
    `Expected at most ${limit} of code and layers, received ${megabytes(sum)}: ${list.join(', ')}`,
  );
}

/** Formats bytes as millions: `45.2 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Paths of all files in a folder and its subfolders. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Size of all files in a folder and its subfolders, bytes. */
export function sizeOf(folder: string): number {
  return filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}
