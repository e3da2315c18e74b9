/** Model packages as the stacks see them: what their manifests say, and whether the weights are the ones meant. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelSummary } from '../functions/contract.ts';
import { type Manifest, manifestSchema } from '../functions/detection/manifest.ts';

/** Model packages of this repository, one folder each. */
export const MODELS = join(import.meta.dirname, '..', 'models');

/** A model package that is missing, or that is not what its manifest says. */
export class ModelPackageError extends Error {
  override readonly name = 'ModelPackageError';
}

/**
 * Reads the package `folder/name`, so that a broken one is refused before anything is deployed.
 *
 * @throws ModelPackageError when `model.json` or `model.onnx` is missing, the manifest is not one or names another model,
 *   or the weights have another SHA-256 than it states.
 */
export function readModelPackage(folder: string, name: string): ModelSummary {
  for (const file of ['model.json', 'model.onnx']) {
    if (!existsSync(join(folder, name, file))) throw new ModelPackageError(`expected the file models/${name}/${file}`);
  }
  const manifest = readManifest(folder, name);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, name, 'model.onnx')))
    .digest('hex');
  if (sha256 !== manifest.sha256) {
    throw new ModelPackageError(
      `expected models/${name}/model.onnx to have the SHA-256 ${manifest.sha256}, it has ${sha256}`,
    );
  }
  const { version, family, licence, labels, thresholds } = manifest;
  return { name, version, family, sha256, licence, labels, thresholds };
}

function readManifest(folder: string, name: string): Manifest {
  const path = `models/${name}/model.json`;
  const manifest = manifestSchema.safeParse(parseJson(readFileSync(join(folder, name, 'model.json'), 'utf8'), path));
  if (!manifest.success) {
    const faults = manifest.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new ModelPackageError(`expected ${path} to be a manifest, but ${faults}`);
  }
  if (manifest.data.name !== name) {
    throw new ModelPackageError(
      `expected ${path} to have the name of its folder, ${name}, it has ${manifest.data.name}`,
    );
  }
  return manifest.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelPackageError(`expected ${path} to be JSON: ${(cause as Error).message}`, { cause });
  }
}
