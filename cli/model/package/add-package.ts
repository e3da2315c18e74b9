import { rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOutputFolder } from '../../terminal/output-file.ts';
import { progressBar } from '../../terminal/progress.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageNames } from '../files/package-folder.ts';
import { UnsupportedModelError } from '../identify/facts.ts';
import type { AddOptions } from './add-options.ts';
import { joinExternalWeights } from './external-weights.ts';
import { joinHubWeights } from './hub-weights.ts';
import { makePackage } from './make-package.ts';
import { nameOf, obtain, type Source } from './source.ts';

/** A package of this name exists. */
export class PackageExistsError extends Error {
  override readonly name = 'PackageExistsError';
}

/**
 * Makes a model package from an ONNX file, and refuses models that would not serve. The package is made in a temporary
 * folder and renamed when it is complete.
 * @returns its name
 * @throws NotOnnxError, UnsupportedModelError, DownloadError, PackageExistsError, TruthError, OutputFileError
 */
export async function addPackage(source: Source, options: AddOptions, output: Output): Promise<string> {
  const name = options.name ?? nameOf(source);
  await checkName(name, options);
  const staging = join(options.models, `.adding-${name}-${process.pid}`);
  await makeOutputFolder(join(staging, 'golden'), '--models');
  const interrupted = () => {
    rmSync(staging, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const sha256 = await fetchModel(source, staging, options);
    await makePackage(staging, { source, name, sha256 }, options, output);
    await replaceFolder(staging, join(options.models, name));
  } finally {
    process.off('SIGINT', interrupted);
    await rm(staging, { recursive: true, force: true });
  }
  return name;
}

async function checkName(name: string, { models, replace }: AddOptions): Promise<void> {
  if (!/^[a-z0-9][a-z0-9.-]{0,62}$/.test(name)) {
    throw new UnsupportedModelError(
      `Expected a name of lower-case letters, digits, dots and dashes, received "${name}"; set --name`,
    );
  }
  if (replace || !(await packageNames(models)).includes(name)) return;
  throw new PackageExistsError(
    `Expected a new name, received "${name}", which exists in ${models}; set --name <other> or --replace`,
  );
}

async function fetchModel(source: Source, staging: string, { sha256 }: AddOptions): Promise<string> {
  const { report, end } = progressBar('download', (bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
  const path = join(staging, 'model.onnx');
  const received = await obtain(source, path, sha256, report).finally(end);
  if (source.kind === 'hub') return (await joinHubWeights(source.model, path)) ?? received;
  return (await joinExternalWeights(source, path)) ?? received;
}

async function replaceFolder(staging: string, target: string): Promise<void> {
  const old = `${staging}-old`;
  const had = await rename(target, old).then(
    () => true,
    () => false,
  );
  await rename(staging, target);
  if (had) await rm(old, { recursive: true });
}
