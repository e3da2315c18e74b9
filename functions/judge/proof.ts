/** Outcomes of single gates from always-valid evidence. */

import { evidenceAbove, evidenceBelow, type Sample } from '../evidence/bounded-mean.ts';
import type { Alpha, JudgedStep, MeanTest } from '../plan/steps.ts';
import type { FindingOf, Gate, Outcome } from './finding.ts';

/** A mean or a rate of the candidate alone. */
export function mean(
  { alpha }: JudgedStep,
  gate: Gate,
  test: MeanTest | undefined,
  sample: Sample,
  things: 'pictures' | 'requests' = 'pictures',
): readonly FindingOf<'mean'>[] {
  if (!test) return [];
  return [{ kind: 'mean', gate, outcome: meanOutcome(sample, test, alpha), sample, things, test, alpha }];
}

/** The outcome of a mean, by these values. */
export function meanOutcome(sample: Sample, test: MeanTest, alpha: Alpha): Outcome {
  const proof = {
    worse: () => evidenceAbove(sample, test.tolerance),
    within: () => evidenceBelow(sample, test.margin),
  };
  return outcomeOf(proof, alpha);
}

/** Evidence in both directions. */
export interface Proof {
  /** Both: logarithm of the evidence. */
  readonly worse: () => number;
  readonly within: () => number;
}

/** Rollback goes first: a candidate proven outside of its tolerance is not promoted, however wide its margin. */
export function outcomeOf({ worse, within }: Proof, alpha: Alpha): Outcome {
  if (proves(worse(), alpha.rollback)) return 'roll back';
  return proves(within(), alpha.promote) ? 'promote' : 'hold';
}

/** Whether evidence reaches a certainty. @param logEvidence natural logarithm */
export function proves(logEvidence: number, alpha: number): boolean {
  return logEvidence >= -Math.log(alpha);
}
