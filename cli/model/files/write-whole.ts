import { rename } from 'node:fs/promises';
import { orRefusal, writeOutputFile } from '../../terminal/output-file.ts';

/**
 * Writes a file atomically: a reader gets the old or the new content, never a part.
 * @param option by which a user named its folder
 * @throws OutputFileError
 */
export async function writeWhole(path: string, content: string | Uint8Array, option = '--models'): Promise<void> {
  await writeOutputFile(`${path}.new`, content, option);
  await orRefusal(path, option, () => rename(`${path}.new`, path));
}
