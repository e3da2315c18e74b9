import { join } from 'node:path';
import { ModelOutputError, ModelPackageError } from '../../../functions/detection/errors.ts';
import { goldenFindings } from '../../../functions/detection/golden-findings.ts';
import { loadModel } from '../../../functions/detection/model.ts';
import { explainGolden } from '../../../functions/judge/explain-event.ts';
import { checkGolden } from '../../../functions/judge/golden-check.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageFolder, packageNames, UnknownModelError } from '../files/package-folder.ts';
import { checkedInWords } from '../report/checked-words.ts';

export interface CheckOptions {
  readonly models: string;
}

/** At least one package would not pass the golden gate; the output has the reasons. */
export class CheckFailedError extends Error {
  override readonly name = 'CheckFailedError';
}

/**
 * `model check`: runs the checks of the golden gate: manifest, checksum, ONNX Runtime, and golden pictures within the
 * manifest's tolerance. Without a name it checks all packages.
 * @throws UnknownModelError, CheckFailedError
 */
export async function checkCommand(name: string | undefined, { models }: CheckOptions, output: Output): Promise<void> {
  if (name !== undefined) await packageFolder(models, name);
  const names = name === undefined ? await packageNames(models) : [name];
  if (names.length === 0) throw new UnknownModelError(`Expected model packages in ${models}, received none`);
  let failed = 0;
  for (const each of names) {
    const { passed, words } = await checkPackage(join(models, each));
    failed += passed ? 0 : 1;
    output.print(`${passed ? 'ok    ' : 'FAILED'}  ${each}: ${words}`);
  }
  if (failed > 0) throw new CheckFailedError(`${failed} of ${names.length} packages would not pass the golden gate`);
}

async function checkPackage(folder: string): Promise<{ passed: boolean; words: string }> {
  try {
    const model = await loadModel(folder);
    try {
      const result = checkGolden(await goldenFindings(folder, model));
      const words = explainGolden(result.passed ? { ...result, unchecked: [] } : result);
      return { passed: result.passed, words: `${words}; checked: ${checkedInWords(model.manifest.checked)}` };
    } finally {
      await model.release();
    }
  } catch (error) {
    if (!(error instanceof ModelPackageError || error instanceof ModelOutputError)) throw error;
    return { passed: false, words: error.message };
  }
}
