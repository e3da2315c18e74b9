/** Model packages at synthesis: what the templates need of their manifests, and a check of their weights. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointSettings, ModelSummary } from '../functions/contract.ts';
import { ModelPackageError } from '../functions/detection/errors.ts';
import { type Manifest, manifestSchema } from '../functions/detection/manifest.ts';
import { uncheckedParts } from '../functions/detection/unchecked.ts';
import type { Fault } from '../functions/plan/fault.ts';

/** Model packages of this repository, one folder each. */
export const MODELS = join(import.meta.dirname, '..', 'models');

/**
 * Reads the package `folder/name`, so that an invalid one fails at synthesis and not after deployment.
 *
 * @throws ModelPackageError when `model.json` or `model.onnx` is missing, the manifest is invalid or names another
 *   model, or
 *   the SHA-256 of the weights differs from the manifest's.
 */
export function readModelPackage(folder: string, name: string): ModelSummary {
  for (const file of ['model.json', 'model.onnx']) {
    if (!existsSync(join(folder, name, file))) throw invalid(name, file, 'expected a file, received none');
  }
  const manifest = readManifest(folder, name);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, name, 'model.onnx')))
    .digest('hex');
  if (sha256 !== manifest.sha256) {
    throw invalid(name, 'model.onnx', `expected SHA-256 ${manifest.sha256} as in model.json, received ${sha256}`);
  }
  const { version, family, licence, labels, thresholds, checked } = manifest;
  return { name, version, family, sha256, licence, labels, thresholds, ...(checked && { checked }) };
}

/** Reads a package; an invalid one is a fault. @param path of the setting that names it */
export function readPackage(
  folder: string,
  name: string,
  path: string,
): { model?: ModelSummary; faults: readonly Fault[] } {
  try {
    return { model: readModelPackage(folder, name), faults: [] };
  } catch (error) {
    if (!(error instanceof ModelPackageError)) throw error;
    const expected = `Expected a valid model package (${error.faults.join('; ')})`;
    return { faults: [{ path, expected, value: name }] };
  }
}

function readManifest(folder: string, name: string): Manifest {
  const manifest = manifestSchema.safeParse(parseJson(folder, name));
  if (!manifest.success) {
    const faults = manifest.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw invalid(name, 'model.json', faults.join('; '));
  }
  if (manifest.data.name !== name) {
    throw invalid(name, 'model.json', `expected the folder's name ${name} as name, received ${manifest.data.name}`);
  }
  return manifest.data;
}

function parseJson(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name, 'model.json'), 'utf8'));
  } catch (cause) {
    throw invalid(name, 'model.json', `expected JSON, received ${(cause as Error).message}`, { cause });
  }
}

function invalid(name: string, file: string, fault: string, options?: ErrorOptions): ModelPackageError {
  return new ModelPackageError(`models/${name}`, [`models/${name}/${file}: ${fault}`], options);
}

/** So that each version says which packages it has, and which parts of them nothing has proven. */
export function packagesOf(models: readonly ModelSummary[]): Pick<EndpointSettings, 'modelVersions' | 'unchecked'> {
  const modelVersions = Object.fromEntries(models.map(({ name, version }) => [name, version]));
  const open = models.flatMap((model) => {
    const parts = uncheckedParts(model);
    return parts.length > 0 ? [[model.name, parts] as const] : [];
  });
  return { modelVersions, ...(open.length > 0 && { unchecked: Object.fromEntries(open) }) };
}
