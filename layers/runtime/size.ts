/** What Lambda takes. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Most bytes that a function's code may have together with its layers, unzipped: Lambda's "250 MB". */
export const MAX_UNZIPPED_BYTES = 262_144_000;

/** A function's code and layers are more than Lambda takes. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/**
 * @param parts bytes by what they are.
 * @returns the sum.
 * @throws TooLargeError when the sum is over Lambda's limit, naming each part.
 */
export function checkUnzipped(parts: Readonly<Record<string, number>>): number {
  const sum = Object.values(parts).reduce((total, bytes) => total + bytes, 0);
  if (sum <= MAX_UNZIPPED_BYTES) return sum;
  const list = Object.entries(parts).map(([part, bytes]) => `${part} ${megabytes(bytes)}`);
  throw new TooLargeError(
    `expected code and layers of at most ${megabytes(MAX_UNZIPPED_BYTES)}, received ${megabytes(sum)}: ${list.join(', ')}`,
  );
}

/** `45.2 MB`, in millions of bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** All files below a folder. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Bytes of all files below a folder. */
export function sizeOf(folder: string): number {
  return filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}
