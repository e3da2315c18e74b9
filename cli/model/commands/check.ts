import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detect } from '../../../functions/detection/detect.ts';
import { readGolden } from '../../../functions/detection/golden.ts';
import { loadModel, type Model } from '../../../functions/detection/model.ts';
import { checkGolden } from '../../../functions/rollout/golden-check.ts';
import { packageFolder, packageNames, UnknownModel } from '../package/folder.ts';
import type { Output } from '../terminal/output.ts';

export interface CheckOptions {
  readonly models: string;
}

/** At least one package would not pass the golden gate; what is wrong with each was printed. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/**
 * `model check`: what the golden gate will ask of a package, asked now: manifest, checksum, ONNX Runtime, and the golden pictures
 * within the manifest's tolerance. Without a name, of all packages.
 * @throws UnknownModel, CheckFailed
 */
export async function checkCommand(name: string | undefined, { models }: CheckOptions, output: Output): Promise<void> {
  if (name !== undefined) await packageFolder(models, name);
  const names = name === undefined ? await packageNames(models) : [name];
  if (names.length === 0) throw new UnknownModel(`expected model packages in ${models}, received none`);
  let failed = 0;
  for (const each of names) {
    const { passed, words } = await checkPackage(join(models, each));
    failed += passed ? 0 : 1;
    output.print(`${passed ? 'ok    ' : 'FAILED'}  ${each}: ${words}`);
  }
  if (failed > 0) throw new CheckFailed(`${failed} of ${names.length} packages would not pass the golden gate`);
}

async function checkPackage(folder: string): Promise<{ passed: boolean; words: string }> {
  try {
    const model = await loadModel(folder);
    try {
      return checkGolden(await findings(folder, model));
    } finally {
      await model.release();
    }
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ModelPackageError' || name === 'ModelOutputError') return { passed: false, words: message };
    throw error;
  }
}

async function findings(folder: string, model: Model): Promise<Parameters<typeof checkGolden>[0]> {
  const { name, golden: tolerance } = model.manifest;
  const found: Parameters<typeof checkGolden>[0][number][] = [];
  for (const { picture, detections: expected } of await readGolden(folder)) {
    const bytes = await readFile(join(folder, 'golden', picture));
    const { detections } = await detect(model, bytes, { annotate: false });
    found.push({ model: name, picture, expected, found: detections, tolerance });
  }
  return found;
}
