import { type Manifest, readManifest } from './manifest.ts';
import { type LoadOptions, openSession, type Session } from './session.ts';
import { readWeights } from './weights.ts';

export { type Manifest, manifestSchema, readManifest } from './manifest.ts';
export type { LoadOptions } from './session.ts';

/** A checked model package, ready to run. Keep it for the life of the process. */
export interface Model extends Session {
  readonly manifest: Manifest;
}

/**
 * Loads a model package: checks the manifest, the SHA-256 of the weights, and the session against the manifest.
 * @param folder the package's folder with `model.json`, `model.onnx` (one file; external weights are not supported) and
 * the files of `model optimize`
 * @throws ModelPackageError with every fault
 */
export async function loadModel(folder: string, options: LoadOptions = {}): Promise<Model> {
  const manifest = await readManifest(folder);
  const weights = await readWeights(folder, manifest);
  return { manifest, ...(await openSession(folder, weights, manifest, options)) };
}
