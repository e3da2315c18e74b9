import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detect } from '../../../functions/detection/detect.ts';
import type { Model } from '../../../functions/detection/model.ts';
import type { GoldenRun } from '../identify/sanity.ts';

/**
 * Draws the detections in the golden picture with the most of them, for a check by a person.
 * @returns path of the annotated picture, in a new temporary folder
 */
export async function resultPicture(folder: string, model: Model, runs: readonly GoldenRun[]): Promise<string> {
  const [most] = runs.toSorted((a, b) => b.detections.length - a.detections.length);
  const picture = most?.picture as string;
  const { annotated } = await detect(model, await readFile(join(folder, 'golden', picture)));
  const path = join(
    await mkdtemp(join(tmpdir(), 'model-')),
    `${model.manifest.name}-${picture.replace(/\.\w+$/, '')}.jpg`,
  );
  await writeFile(path, annotated?.jpeg ?? new Uint8Array());
  return path;
}
