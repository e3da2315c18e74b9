/** Faults of the setting `tables` and of those that depend on it. */

import type { Fault } from '../functions/plan/fault.ts';
import type { Deployment } from './config.ts';

/** So that a compaction that failed can be repeated before results expire. Days. */
const LEAST_RESULT_DAYS = 3;

/** Settings without effect, and results that expire before they are compacted. */
export function tablesFaults(deployment: Deployment): Fault[] {
  const { tables, results } = deployment.lifetimeDays ?? {};
  if (deployment.tables === false || deployment.tables === undefined) {
    const expected = 'Expected no value because the deployment has no tables (tables: true)';
    return tables === undefined ? [] : [{ path: 'lifetimeDays.tables', expected, value: tables }];
  }
  // A wrong value may mean either.
  if (deployment.tables !== true || !isDays(results) || results >= LEAST_RESULT_DAYS) return [];
  const expected = `Expected at least ${LEAST_RESULT_DAYS} days, so that a failed compaction can be repeated`;
  return [{ path: 'lifetimeDays.results', expected, value: results }];
}

/** Whether a lifetime as declared is one; a wrong one is a fault of the schema. */
export function isDays(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
