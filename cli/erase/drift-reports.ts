/** Finds the reports of the drift monitor that show a picture, in all versions. The next look writes another report. */

import { DRIFT_KEYS } from '../../functions/drift-contract.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import type { Copy, Prediction } from './copies.ts';
import type { ObjectVersion, VersionStore } from './object-versions.ts';

/** Reads every version of the report: one for each hour of a week. Errors are those of the store. */
export async function findReports(
  { objects, store }: { readonly objects: Pick<Objects, 'get'>; readonly store: VersionStore },
  { endpoint, id }: Pick<Prediction, 'endpoint' | 'id'>,
): Promise<Copy[]> {
  const key = DRIFT_KEYS.report(endpoint);
  const versions: ObjectVersion[] = [];
  for await (const version of store.each(key)) {
    if (version.key !== key || version.isDeleteMarker) continue;
    if (await shows(objects, version, id)) versions.push(version);
  }
  // Oldest first: without the newest one, the version before could be read again.
  return versions.length > 0 ? [{ kind: 'drift report', key, versions: versions.toReversed(), others: 0 }] : [];
}

async function shows(objects: Pick<Objects, 'get'>, { key, id: version }: ObjectVersion, id: string): Promise<boolean> {
  try {
    return new TextDecoder().decode((await objects.get(key, version)).bytes).includes(id);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    throw error;
  }
}
