import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Manifest, readManifest } from '../../../functions/detection/manifest.ts';
import type { Answering } from './changes.ts';

/**
 * Lends a copy of a package with the thresholds that its endpoint declares, as requests without own ones get them. A
 * package without such thresholds is lent itself.
 * @throws ModelPackageError
 */
export async function withServedPackage<T>(
  folder: string,
  { confidence, iou }: Answering,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  if (confidence === undefined && iou === undefined) return use(folder);
  const copy = await mkdtemp(join(tmpdir(), 'served-package-'));
  try {
    // An optimized model answers the same, and is another file.
    const { optimized: _, ...manifest } = await readManifest(folder);
    const thresholds = thresholdsOf(manifest, { confidence, iou });
    await symlink(resolve(folder, 'model.onnx'), join(copy, 'model.onnx'));
    await writeFile(join(copy, 'model.json'), JSON.stringify({ ...manifest, thresholds }));
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** A declared confidence threshold is one for all labels. */
function thresholdsOf(
  { thresholds }: Pick<Manifest, 'thresholds'>,
  { confidence, iou }: { readonly confidence: number | undefined; readonly iou: number | undefined },
): Manifest['thresholds'] {
  return {
    ...thresholds,
    ...(confidence !== undefined && { confidence, perLabel: {} }),
    ...(iou !== undefined && { iou }),
  };
}
