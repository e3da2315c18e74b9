/** The reference period that an operator chose. */

import { hourOf } from '../drift/calendar.ts';
import { type AcceptedReference, acceptedReferenceSchema, DRIFT_KEYS, type WatchedVersion } from '../drift-contract.ts';
import type { Objects } from '../platform/objects.ts';
import type { Period } from './comparison.ts';

/** @returns undefined where none was chosen for this version. @throws StoreUnavailableError */
export async function readAccepted(
  objects: Pick<Objects, 'findJson'>,
  of: WatchedVersion,
): Promise<AcceptedReference | undefined> {
  const json = await objects.findJson(DRIFT_KEYS.reference(of.endpoint));
  if (json === undefined) return undefined;
  const accepted = acceptedReferenceSchema.parse(json);
  const isMeant = accepted.function_name === of.functionName && accepted.version === of.version;
  return isMeant ? accepted : undefined;
}

/** Its hours. */
export function acceptedPeriod({ from, to }: Pick<AcceptedReference, 'from' | 'to'>): Period {
  return { from: hourOf(Date.parse(from)), to: hourOf(Date.parse(to)) };
}
