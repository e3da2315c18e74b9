import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** File names of the golden pictures of a package. @param golden folder within the package */
export async function goldenPictures(folder: string, golden = 'golden'): Promise<string[]> {
  const files = await readdir(join(folder, golden)).catch(() => []);
  return files.filter((file) => /\.(jpe?g|png|webp|avif)$/i.test(file)).toSorted();
}
