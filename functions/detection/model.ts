import { type Manifest, readManifest } from './manifest.ts';
import { type LoadOptions, openSession } from './session.ts';
import { readWeights } from './weights.ts';

export { type Manifest, manifestSchema, readManifest } from './manifest.ts';
export type { LoadOptions } from './session.ts';

/** A model package that was checked and is ready to run. Keep it for the life of the process. */
export interface Model {
  readonly manifest: Manifest;
  /**
   * Runs the model once.
   * @param tensor values of the manifest's input shape
   * @returns the output tensors in the order of the manifest's `outputs`, of the family's shapes, all values finite
   * @throws ModelOutputError
   */
  infer(tensor: Float32Array): Promise<readonly Float32Array[]>;
  /** Frees the session's memory. The model cannot be used after it. */
  release(): Promise<void>;
}

/**
 * Loads a model package: checks the manifest, the SHA-256 of the weights, and the session against the manifest.
 * @param folder the package's folder with `model.json` and `model.onnx` (one file; external weights are not read), and what
 * `model optimize` made of it for some machines
 * @throws ModelPackageError with every fault found
 */
export async function loadModel(folder: string, options: LoadOptions = {}): Promise<Model> {
  const manifest = await readManifest(folder);
  const weights = await readWeights(folder, manifest);
  return { manifest, ...(await openSession(folder, weights, manifest, options)) };
}
