/** The setting `api`: faults of its lists that the schema does not find. */

import type { Fault } from '../functions/plan/fault.ts';
import { listOf, repetitions } from './config-errors.ts';

type Lists = Readonly<Record<string, unknown>> | null;

/** Repeated values, and values beside the one that allows all: without effect. @param api as declared */
export function apiFaults(api: unknown): Fault[] {
  const { auth, cors } = (api ?? {}) as { auth?: Lists; cors?: Lists };
  const origins = listOf(cors?.origins);
  const others = origins.length > 1 && origins.includes('*');
  return [
    ...repetitions(listOf(auth?.audience), 'api.auth.audience'),
    ...repetitions(listOf(auth?.operatorScopes), 'api.auth.operatorScopes'),
    ...repetitions(origins, 'api.cors.origins'),
    ...(others ? [{ path: 'api.cors.origins', expected: 'Expected "*" alone, or no "*"', value: origins }] : []),
  ];
}
