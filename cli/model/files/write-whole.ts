import { rename, writeFile } from 'node:fs/promises';

/** Writes a file atomically: a reader gets the old or the new content, never a part. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}
