import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelPackageError } from './errors.ts';
import { machineName, RUNTIME } from './machine.ts';
import type { Manifest } from './manifest.ts';

/** The file that ONNX Runtime loads. */
export interface Weights {
  /** Its name in the package. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Reads a file of a package. @throws ModelPackageError where it cannot be read */
export async function readPackageFile(folder: string, file: string): Promise<Buffer> {
  return readFile(join(folder, file)).catch((cause: Error) => {
    throw new ModelPackageError(folder, [`${file}: expected a readable file, received ${cause.message}`], { cause });
  });
}

/**
 * Reads the file that loads fastest: the one that `model optimize` made from these weights for this kind of machine
 * and this version of ONNX Runtime; otherwise `model.onnx`.
 * @throws ModelPackageError when the file is missing or its SHA-256 is not the manifest's
 */
export async function readWeights(folder: string, { sha256, optimized = [] }: Manifest): Promise<Weights> {
  const fitting = optimized.find(
    (each) => each.of === sha256 && each.runtime === RUNTIME && each.machine === machineName(),
  );
  return fitting ? readChecked(folder, fitting.file, fitting.sha256) : readChecked(folder, 'model.onnx', sha256);
}

async function readChecked(folder: string, file: string, expected: string): Promise<Weights> {
  const bytes = await readPackageFile(folder, file);
  const received = createHash('sha256').update(bytes).digest('hex');
  if (received === expected) return { file, bytes };
  const fault = `${file}: expected SHA-256 ${expected} as in model.json, received ${received} (${bytes.length} bytes)`;
  throw new ModelPackageError(folder, [fault]);
}
