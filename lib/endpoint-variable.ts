/** The variable of a function's environment with its settings: its text, and the limit of its size. */

import type { EndpointSettings } from '../functions/contract.ts';
import type { Fault } from '../functions/plan/fault.ts';

/** Lambda allows 4096 bytes for all environment variables; the rest is for the other variables. */
const MAX_BYTES = 3500;

/** Of a deployment whose operators have tokens. */
type Scopes = Pick<EndpointSettings, 'operatorScopes'>;

/** The settings of an endpoint as its function reads them: with the scopes of operators, as JSON. */
export function endpointVariable(settings: EndpointSettings, { operatorScopes }: Scopes): string {
  return JSON.stringify({ ...settings, ...(operatorScopes && { operatorScopes }) });
}

/** More settings than fit into the environment. @param path of the endpoint */
export function sizeFaults(settings: EndpointSettings, scopes: Scopes, path: string): Fault[] {
  const value = Buffer.byteLength(endpointVariable(settings, scopes));
  if (value <= MAX_BYTES) return [];
  const expected = `Expected at most ${MAX_BYTES} bytes of settings as JSON, with the scopes of operators`;
  return [{ path, expected: `${expected} (use fewer or shorter labels or scopes)`, value }];
}
