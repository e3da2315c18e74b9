/** Faults of the setting `drift`, and of settings that depend on it. */

import type { Fault } from '../functions/plan/fault.ts';
import { idleTypeFaults } from './events-settings.ts';

/** Whether an endpoint has the setting. */
export function hasDrift(endpoints: readonly { readonly settings: { readonly drift?: true } }[]): boolean {
  return endpoints.some(({ settings }) => settings.drift);
}

/** So that evidence of a slow change is not lost with its sketches. Days. */
const LEAST_DAYS = 60;

/** Sketches have the lifetime of records of rollouts. @param days as declared. @param declared endpoints */
function lifetimeFaults(days: unknown, declared: readonly unknown[]): Fault[] {
  if (!isDeclared(declared) || typeof days !== 'number' || days >= LEAST_DAYS || days < 1) return [];
  const expected = `Expected at least ${LEAST_DAYS} days, because sketches of the drift monitor expire with them`;
  return [{ path: 'lifetimeDays.rollouts', expected, value: days }];
}

function isDeclared(declared: readonly unknown[]): boolean {
  return declared.some((endpoint) => (endpoint as { drift?: unknown } | null)?.drift !== undefined);
}

/** What the monitor of an endpoint reads are its captured pictures. */
export function captureFaults({ drift, capture }: { readonly drift?: true; readonly capture: number }, path: string) {
  if (!drift || capture > 0) return [];
  const expected = 'Expected no value because the endpoint captures no pictures (capture: 0), which the monitor reads';
  return [{ path: `${path}.drift`, expected, value: drift }];
}

/** Faults of the deployment. @param days lifetime of records of rollouts, as declared. @param declared endpoints */
export function driftFaults(
  days: unknown,
  webhooks: readonly { readonly types?: readonly string[] }[],
  declared: readonly unknown[],
): Fault[] {
  const isIdle = (type: string) => type === 'drift.found' && !isDeclared(declared);
  return [...lifetimeFaults(days, declared), ...idleTypeFaults(webhooks, isIdle, 'no endpoint has drift: true')];
}
