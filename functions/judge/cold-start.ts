/**
 * Judges cold starts by a stated rule, without a proof: a version has few of them, and they differ little. The
 * candidate's median must not be over the limit that live's median gives. It never rolls back, because a slow start
 * fails no request: it holds, for an operator to decide.
 */

import type { ColdStartTest } from '../plan/slow-than.ts';
import type { Finding } from './finding.ts';
import type { ColdStarts, CountedStarts } from './version-counts.ts';

/** Fewest cold starts that hold a rollout: on Lambda, the first one of a version takes longer than later ones. */
export const LEAST_STARTS = 3;

/** What the candidate's median must not exceed, milliseconds. Absent: the gate is off, or no start of live is known. */
export function coldStartLimitMs(test: ColdStartTest | undefined, live: ColdStarts | undefined): number | undefined {
  return test && live && test.factor * live.medianMs + test.plusMs;
}

/** Cold starts of both versions. Absent: not known. */
export interface KnownStarts {
  readonly live?: ColdStarts;
  /** Against `coldStartLimitMs`. */
  readonly candidate?: CountedStarts;
}

/** @param known absent: not measured */
export function judgeColdStarts(test: ColdStartTest | undefined, known: KnownStarts | undefined): readonly Finding[] {
  if (!test || !known) return [];
  const { starts, over } = known.candidate ?? { starts: 0, over: 0 };
  const isSlow = starts >= LEAST_STARTS && 2 * over > starts;
  return [{ kind: 'coldStart', outcome: isSlow ? 'hold' : 'promote', test, ...known }];
}
