/** Model packages as the stacks see them: what their manifests say, and whether the weights are the ones meant. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelSummary } from '../functions/contract.ts';

/** Model packages of this repository, one folder each. */
export const MODELS = join(import.meta.dirname, '..', 'models');

/**
 * The part of a manifest that the stacks need. The functions check the whole of it when they load the model; the rest is
 * none of our business here.
 */
const manifestPart = z.object({
  name: z.string(),
  version: z.string(),
  family: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  licence: z.string(),
  labels: z.array(z.string()).min(1),
});

/** A model package that is missing, or that is not what its manifest says. */
export class ModelPackageError extends Error {
  override readonly name = 'ModelPackageError';
}

/**
 * Reads the package `folder/name`.
 *
 * @throws ModelPackageError when `model.json` or `model.onnx` is missing, the manifest lacks something, names another
 *   model, or states another SHA-256 than the weights have.
 */
export function readModelPackage(folder: string, name: string): ModelSummary {
  for (const file of ['model.json', 'model.onnx']) {
    if (!existsSync(join(folder, name, file))) throw new ModelPackageError(`expected the file models/${name}/${file}`);
  }
  const manifest = parseManifest(folder, name);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, name, 'model.onnx')))
    .digest('hex');
  if (sha256 !== manifest.sha256) {
    throw new ModelPackageError(
      `expected models/${name}/model.onnx to have the SHA-256 of its manifest, ${manifest.sha256}, but it has ${sha256}`,
    );
  }
  return manifest;
}

function parseManifest(folder: string, name: string): ModelSummary {
  const path = `models/${name}/model.json`;
  const manifest = manifestPart.safeParse(parseJson(readFileSync(join(folder, name, 'model.json'), 'utf8'), path));
  if (!manifest.success) {
    const faults = manifest.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new ModelPackageError(`${path} is not a manifest: ${faults}`);
  }
  if (manifest.data.name !== name) {
    throw new ModelPackageError(
      `expected ${path} to be named "${name}" like its folder, received "${manifest.data.name}"`,
    );
  }
  return manifest.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelPackageError(`expected JSON in ${path}: ${(error as Error).message}`, { cause: error });
  }
}
