/** A picture with the count of a human, and the counts of both versions. */
export interface Decided {
  readonly human: number;
  /** Absent where the baseline is a human. */
  readonly baseline?: number;
  /** Absent where the candidate failed. */
  readonly candidate?: number;
}

/** How many pictures have a human count, and how often each version is correct. @param shown number of pictures */
export function decisionSummary(decided: readonly Decided[], shown: number): string {
  const recorded = `Human counts recorded: ${decided.length} of ${shown}.`;
  if (decided.length === 0) return recorded;
  const correct = (of: 'baseline' | 'candidate') => decided.filter((each) => each[of] === each.human).length;
  const hasBaseline = decided.some(({ baseline }) => baseline !== undefined);
  const ofBaseline = hasBaseline ? `, baseline ${correct('baseline')}` : '';
  return `${recorded} Correct: candidate ${correct('candidate')}${ofBaseline}.`;
}
