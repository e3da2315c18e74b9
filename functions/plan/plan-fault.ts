/** One thing wrong with a plan. */
export interface PlanFault {
  /** Where: `rollout[1].percent`. */
  readonly path: string;
  /** What was expected there: `expected …`. */
  readonly expected: string;
  /** What was found there; undefined where nothing was. */
  readonly value: unknown;
}
