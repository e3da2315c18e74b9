import type { StoredResult } from '../api/schemas.ts';
import type { TriedRefused } from '../records/shadow-progress.ts';
import type { ShadowContext } from './shadow.ts';

/** Pictures that a candidate is tried on at most, because callers decide how many bad pictures they send. */
const MOST_TRIED = 20;

/**
 * Tries the candidate on an upload that the present live version rejected. It is no evidence for a gate, because there
 * is no answer to compare with.
 */
export async function tryRefused(
  { id, release }: StoredResult,
  before: TriedRefused = { tried: 0, answered: 0 },
  { candidate, functionName, state }: Pick<ShadowContext, 'candidate' | 'functionName' | 'state'>,
): Promise<TriedRefused> {
  const isOfLive = release.function_version === state.live && release.function_name === functionName;
  if (!isOfLive || before.tried >= MOST_TRIED) return before;
  const invocation = await candidate.replay(id);
  if (invocation.ok && invocation.answer.status === 'gone') return before;
  const answers = invocation.ok && invocation.answer.status === 'done';
  return { tried: before.tried + 1, answered: before.answered + (answers ? 1 : 0) };
}
