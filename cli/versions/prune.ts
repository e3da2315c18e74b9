/** Deletes the versions of a function that nothing needs. */

import {
  DeleteFunctionCommand,
  type LambdaClient,
  ResourceConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { PlannedVersion } from './plan.ts';
import { reasonInWords } from './words.ts';

/** What became of a version. JSON. */
export interface PrunedVersion {
  readonly version: string;
  /** `unused`: a dry run leaves it. `refused`: Lambda keeps it, because an alias has named it meanwhile. */
  readonly outcome: 'kept' | 'unused' | 'deleted' | 'refused' | 'failed';
  /** For people: why it is kept, or was not deleted. */
  readonly why: readonly string[];
}

/** The function and how to delete its versions. */
export interface PruneTarget {
  readonly lambda: LambdaClient;
  readonly functionName: string;
}

/** What a dry run shows. */
export function dryRun(plan: readonly PlannedVersion[]): PrunedVersion[] {
  return plan.map(({ version, reasons }) => ({
    version,
    outcome: reasons.length > 0 ? 'kept' : 'unused',
    why: reasons.map(reasonInWords),
  }));
}

/** Deletes the oldest first. A deletion that fails stops no other one. */
export async function prune(target: PruneTarget, plan: readonly PlannedVersion[]): Promise<PrunedVersion[]> {
  const pruned: PrunedVersion[] = [];
  for (const each of dryRun(plan).toReversed()) {
    pruned.unshift(each.outcome === 'unused' ? await remove(target, each.version) : each);
  }
  return pruned;
}

async function remove({ lambda, functionName }: PruneTarget, version: string): Promise<PrunedVersion> {
  try {
    await lambda.send(new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version }));
    return { version, outcome: 'deleted', why: [] };
  } catch (error) {
    // Deleted meanwhile.
    if (error instanceof ResourceNotFoundException) return { version, outcome: 'deleted', why: [] };
    const why = [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
    return { version, outcome: error instanceof ResourceConflictException ? 'refused' : 'failed', why };
  }
}
