/** Faults of the setting `drift`, and of settings that depend on it. */

import type { Fault } from '../functions/plan/fault.ts';
import { isDays } from './tables-settings.ts';

/** Whether an endpoint has the setting. */
export function hasDrift(endpoints: readonly { readonly settings: { readonly drift?: true } }[]): boolean {
  return endpoints.some(({ settings }) => settings.drift);
}

/** So that evidence of a slow change is not lost with its sketches. Days. */
const LEAST_DAYS = 60;

/** Sketches have the lifetime of records of rollouts. @param days as declared. @param declared endpoints */
export function driftFaults(days: unknown, declared: readonly unknown[]): Fault[] {
  if (!declaresDrift(declared) || !isDays(days) || days >= LEAST_DAYS) return [];
  const expected = `Expected at least ${LEAST_DAYS} days, because sketches of the drift monitor expire with them`;
  return [{ path: 'lifetimeDays.rollouts', expected, value: days }];
}

/** Whether an endpoint has the setting, as declared. */
export function declaresDrift(declared: readonly unknown[]): boolean {
  return declared.some((endpoint) => (endpoint as { drift?: unknown } | null)?.drift !== undefined);
}

/** What the monitor of an endpoint reads are its captured pictures. */
export function captureFaults({ drift, capture }: { readonly drift?: true; readonly capture: number }, path: string) {
  if (!drift || capture > 0) return [];
  const expected = 'Expected no value because the endpoint captures no pictures (capture: 0), which the monitor reads';
  return [{ path: `${path}.drift`, expected, value: drift }];
}
