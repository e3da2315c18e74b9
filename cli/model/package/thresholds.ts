import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, type Manifest, manifestSchema } from '../../../functions/detection/model.ts';
import { formatJson } from '../files/format-json.ts';
import { writeWhole } from '../files/write-whole.ts';
import { detectGolden, writeExpected } from './golden.ts';

/**
 * Writes thresholds by label into the manifest of a package, and the changed detections into its golden expectations.
 * The version increases by a patch, because the answers change.
 * @returns the new version
 */
export async function writeThresholds(folder: string, perLabel: Manifest['thresholds']['perLabel']): Promise<string> {
  const path = join(folder, 'model.json');
  // The raw file, so that absent keys stay absent.
  const raw = JSON.parse(await readFile(path, 'utf8'));
  const model = await loadModel(folder);
  const version = patched(model.manifest.version);
  const thresholds = { ...raw.thresholds, perLabel: { ...raw.thresholds.perLabel, ...perLabel } };
  const changed = { ...raw, version, thresholds };
  const found = await detectGolden(folder, { ...model, manifest: manifestSchema.parse(changed) });
  await model.release();
  await writeWhole(path, formatJson(changed));
  await writeExpected(folder, found);
  return version;
}

/** The next patch of a semantic version; of a pre-release, its release. */
export function patched(version: string): string {
  const [core = '', preRelease] = version.split(/-(.*)/);
  if (preRelease !== undefined) return core;
  const [major, minor, patch] = core.split('.');
  return `${major}.${minor}.${Number(patch) + 1}`;
}
