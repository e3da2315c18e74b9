/** How far the job has come. */

import * as z from 'zod';
import type { EndpointFunction } from '../contract.ts';
import { DRIFT_KEYS } from '../drift-contract.ts';
import type { Objects } from '../platform/objects.ts';

const stateSchema = z.object({
  /** All hours before this time have their sketches. */
  sketched_until: z.iso.datetime(),
  /** Objects that were no results. */
  unreadable: z.int().nonnegative(),
  /** Drifts of this version that were found before this time are announced. */
  announced: z.object({ version: z.string(), until: z.iso.datetime() }).exactOptional(),
});

/** @see stateSchema */
export type MonitorState = z.infer<typeof stateSchema>;

/** @returns undefined where the job has not run yet. @throws StoreUnavailableError */
export async function readState(objects: Objects, of: EndpointFunction): Promise<MonitorState | undefined> {
  const json = await objects.findJson(DRIFT_KEYS.state(of));
  return json === undefined ? undefined : stateSchema.parse(json);
}

/** @throws StoreUnavailableError */
export async function writeState(objects: Objects, of: EndpointFunction, state: MonitorState): Promise<void> {
  await objects.putJson(DRIFT_KEYS.state(of), state);
}
