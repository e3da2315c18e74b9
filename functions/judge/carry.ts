/** Evidence that a rollout takes from step to step: see `functions/evidence/carried.ts`. */

import type { Step } from '../plan/steps.ts';
import type { Observations } from './observations.ts';
import type { EarlierStep, RolloutState } from './state.ts';
import type { CarriedByGate } from './verdict.ts';
import { failuresOf, rejectionsOf } from './version-counts.ts';

/** Most earlier steps that count as evidence, because every tick's record has them. The last ones: a fixed rule. */
const MOST_EARLIER = 8;

/** What came before the present step. */
export function carriedOf({ earlier = [], replays }: RolloutState): CarriedByGate {
  if (earlier.length === 0 && !replays) return {};
  const byGate = (gate: keyof EarlierStep) => ({
    earlier: earlier.map((step) => step[gate]),
    ...(replays && { replays }),
  });
  return { errorRate: byGate('errorRate'), rejectionRate: byGate('rejectionRate') };
}

/**
 * The part of the next step's state that the step before leaves. Replays count once, those of the first shadow: a
 * second one may replay the same requests.
 */
export function carriedOn(
  step: Step,
  { earlier = [], replays, traffic, usual }: RolloutState,
  { shadow }: Observations,
): Pick<RolloutState, 'earlier' | 'replays'> {
  if (step.kind === 'shadow' && shadow && !replays) {
    return { replays: { trials: shadow.pictures, hits: shadow.failures } };
  }
  if (step.kind !== 'weight' || traffic.candidate.requests === 0) return {};
  const { live, candidate } = traffic;
  const left: EarlierStep = {
    errorRate: { candidate: failuresOf(candidate), live: failuresOf(live), ...(usual && { usual: usual.failures }) },
    rejectionRate: {
      candidate: rejectionsOf(candidate),
      live: rejectionsOf(live),
      ...(usual && { usual: usual.rejections }),
    },
  };
  return { earlier: [...earlier, left].slice(-MOST_EARLIER) };
}
