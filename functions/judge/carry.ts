/** Evidence that a rollout takes from step to step: see `functions/evidence/carried.ts`. */

import type { Step, WeightStep } from '../plan/steps.ts';
import type { Observations } from './observations.ts';
import { usualSlow } from './slow-share.ts';
import type { EarlierStep, RolloutState } from './state.ts';
import type { CarriedByGate } from './verdict.ts';
import { failuresOf, rejectionsOf, slowOf } from './version-counts.ts';

/** Most earlier steps that count as evidence, because every tick's record has them. The last ones: a fixed rule. */
const MOST_EARLIER = 8;

/** What earlier steps leave. */
type Left = Pick<RolloutState, 'earlier' | 'replays'>;

/**
 * What came before the present step. Slow requests of earlier phases were counted with another bound, but by the same
 * definition: the hypothesis is about the share that exceeds a quantile of live.
 */
export function carriedOf(step: Pick<WeightStep, 'slow'>, { earlier = [], replays }: Left): CarriedByGate {
  if (earlier.length === 0 && !replays) return {};
  const byGate = (gate: 'errorRate' | 'rejectionRate') => ({
    earlier: earlier.map((before) => before[gate]),
    ...(replays && { replays }),
  });
  const latency = usualSlow(step) ? earlier.flatMap((before) => before.latency ?? []) : [];
  return {
    errorRate: byGate('errorRate'),
    rejectionRate: byGate('rejectionRate'),
    ...(latency.length > 0 && { latency: { earlier: latency } }),
  };
}

/**
 * The part of the next step's state that the step before leaves. Replays count once, those of the first shadow: a
 * second one may replay the same requests.
 */
export function carriedOn(
  step: Step,
  { earlier = [], replays, traffic, usual }: Left & Pick<RolloutState, 'traffic' | 'usual'>,
  { shadow }: Pick<Observations, 'shadow'>,
): Left {
  if (step.kind === 'shadow' && !step.labels && shadow && !replays) {
    return { replays: { trials: shadow.pictures, hits: shadow.failures } };
  }
  if (step.kind !== 'weight' || traffic.candidate.requests === 0) return {};
  const { live, candidate } = traffic;
  const usualSlowness = usualSlow(step);
  const left: EarlierStep = {
    errorRate: { candidate: failuresOf(candidate), live: failuresOf(live), ...(usual && { usual: usual.failures }) },
    rejectionRate: {
      candidate: rejectionsOf(candidate),
      live: rejectionsOf(live),
      ...(usual && { usual: usual.rejections }),
    },
    ...(usualSlowness && {
      latency: { candidate: slowOf(candidate), live: slowOf(live), usual: usualSlowness },
    }),
  };
  return { earlier: [...earlier, left].slice(-MOST_EARLIER) };
}
