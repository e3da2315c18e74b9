import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the golden pictures in a package's `golden` folder, or another one of it. */
export async function goldenPictures(folder: string, golden = 'golden'): Promise<string[]> {
  const files = await readdir(join(folder, golden)).catch(() => []);
  return files.filter((file) => /\.(jpe?g|png|webp)$/i.test(file)).toSorted();
}
