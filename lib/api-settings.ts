/** The setting `api`: faults of its lists that the schema does not find. */

import type { Fault } from '../functions/plan/fault.ts';
import { repetitions } from './config-errors.ts';

type Lists = Readonly<Record<string, unknown>> | null;

/** Repeated values, and values beside the one that allows all: without effect. @param api as declared */
export function apiFaults(api: unknown): Fault[] {
  const { auth, cors } = (api ?? {}) as { auth?: Lists; cors?: Lists };
  const origins = textsOf(cors?.origins);
  const others = origins.length > 1 && origins.includes('*');
  return [
    ...repetitions(textsOf(auth?.audience), 'api.auth.audience'),
    ...repetitions(textsOf(auth?.operatorScopes), 'api.auth.operatorScopes'),
    ...repetitions(origins, 'api.cors.origins'),
    ...(others ? [{ path: 'api.cors.origins', expected: 'Expected "*" alone, or no "*"', value: origins }] : []),
  ];
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
