import type { StoredResult } from '../api/schemas.ts';
import { ALIAS } from '../contract.ts';

/**
 * The version of a function whose answer to a caller a result is; undefined for an answer of another function, as of a
 * stack that was deleted, and for one of the candidate's own path.
 */
export function watchedVersion({ release }: StoredResult, functionName: string): string | undefined {
  const { function_name: name = functionName, function_version: version, alias } = release;
  return name === functionName && alias === ALIAS.live ? version : undefined;
}
