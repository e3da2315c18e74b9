/** Faults of the setting `tables` and of those that depend on it. */

import type { Fault } from '../functions/plan/fault.ts';
import type { Deployment } from './config.ts';

/** So that a compaction that failed can be repeated before results expire. Days. */
const LEAST_RESULT_DAYS = 3;

/** Settings without effect, and results that expire before they are compacted. */
export function tablesFaults(deployment: Deployment): Fault[] {
  const { tables, results } = deployment?.lifetimeDays ?? {};
  if (deployment?.tables !== true) {
    const expected = 'Expected no value because the deployment has no tables (tables: true)';
    return tables === undefined ? [] : [{ path: 'lifetimeDays.tables', expected, value: tables }];
  }
  if (typeof results !== 'number' || results >= LEAST_RESULT_DAYS || results < 1) return [];
  const expected = `Expected at least ${LEAST_RESULT_DAYS} days, so that a failed compaction can be repeated`;
  return [{ path: 'lifetimeDays.results', expected, value: results }];
}
