/** What humans' decisions say of the two versions. */

/** A picture that a human has decided, with what the two counted in it. */
export interface Decided {
  readonly human: number;
  /** Absent where the baseline is a human itself. */
  readonly baseline?: number;
  /** Absent where the candidate failed. */
  readonly candidate?: number;
}

/** How many pictures are decided and who was right. @param shown how many pictures there are */
export function decidedInWords(decided: readonly Decided[], shown: number): string {
  if (decided.length === 0) return `Decisions recorded: none of ${shown} yet.`;
  const right = (of: 'baseline' | 'candidate') => decided.filter((each) => each[of] === each.human).length;
  const ofBaseline = decided.some(({ baseline }) => baseline !== undefined)
    ? `, the baseline’s in ${right('baseline')}`
    : '';
  return `Decisions recorded: ${decided.length} of ${shown}. The candidate’s count is right in ${right('candidate')}${ofBaseline}.`;
}
