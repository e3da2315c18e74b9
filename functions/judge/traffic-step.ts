/** Judges a step of live traffic: adds the minutes that have settled, and fixes what they are compared with. */

import type { BakeStep, JudgedStep, WeightStep } from '../plan/steps.ts';
import { carriedOf } from './carry.ts';
import type { Verdict } from './finding.ts';
import type { Observations } from './observations.ts';
import { type RolloutState, slowBoundsOf } from './state.ts';
import { type BothCounts, stepTraffic } from './step-traffic.ts';
import { judgeBake, judgeWeight, verdictOf } from './verdict.ts';
import type { SlowBounds, UsualTallies } from './version-counts.ts';

const NOT_KNOWN: UsualTallies = { failures: { trials: 0, hits: 0 }, rejections: { trials: 0, hits: 0 } };

/**
 * Adds the minutes that have settled, fixes what the counts are compared with, and judges all closed minutes.
 * @returns the next state, the verdict, and the requests of complete minutes
 */
export function judgeTraffic(step: WeightStep | BakeStep, before: RolloutState, observed: Observations) {
  const { traffic } = observed;
  if (traffic === 'incomplete') {
    return {
      state: before,
      verdict: verdictOf([{ kind: 'event', outcome: 'hold', event: 'metrics-incomplete' }]),
      complete: before.traffic,
    };
  }
  const { settled, complete, closed } = stepTraffic(before, traffic);
  const settledBefore = Math.max(before.settledBefore, traffic?.settledBefore ?? 0);
  const closedRequests = closed.live.requests + closed.candidate.requests;
  const counted: RolloutState = { ...before, settledBefore, traffic: settled, closedRequests };
  const state = { ...counted, ...usualTimesOf(step, counted, observed), ...usualOf(step, counted, observed) };
  const verdictBy = (counts: BothCounts) => verdictOnTraffic(step, state, counts, observed);
  const verdict = verdictBy(closed);
  // Because failures can reach CloudWatch minutes after successes, only complete minutes prove a candidate good.
  return { state, verdict: verdict.outcome === 'promote' ? verdictBy(complete) : verdict, complete };
}

function verdictOnTraffic(
  step: WeightStep | BakeStep,
  state: RolloutState,
  counts: BothCounts,
  { now, coldStarts }: Observations,
): Verdict {
  const { usual, coldStarts: ofLive } = state;
  const starts = { ...(ofLive && { live: ofLive }), ...(coldStarts && { candidate: coldStarts }) };
  const evidence = { ...counts, elapsedMs: now - state.since, ...(usual && { usual }), coldStarts: starts };
  return step.kind === 'weight'
    ? judgeWeight(step, { ...evidence, carried: carriedOf(step, state) })
    : judgeBake(step, evidence);
}

/**
 * Fixed once, because alternatives that depend on the step's own requests would not be valid: a canary goes without
 * them where its first tick does not get them; a bake has nothing else to compare rejections with, and waits.
 */
function usualOf(step: WeightStep | BakeStep, state: RolloutState, observed: Observations) {
  if (state.usual) return {};
  if (observed.usual) return { usual: observed.usual };
  return step.kind === 'weight' ? { usual: NOT_KNOWN } : {};
}

/** The bounds of slow requests and live's cold starts, as soon as they are known. */
export function usualTimesOf({ slow }: JudgedStep, state: RolloutState, { usualTimes }: Observations) {
  const coldStarts = state.coldStarts ?? usualTimes?.coldStarts;
  return { ...(coldStarts && { coldStarts }), ...boundsOf(slow, state, usualTimes) };
}

/** Both are fixed at once, so that the first requests count with the later ones or not at all. */
function boundsOf(slow: JudgedStep['slow'], { slowerThanMs }: SlowBounds, usualTimes: SlowBounds = {}): SlowBounds {
  if (!slow || slowerThanMs !== undefined) return {};
  if ('limitMs' in slow) return { slowerThanMs: slow.limitMs, firstSlowerThanMs: slow.limitMs };
  return usualTimes.slowerThanMs === undefined ? {} : slowBoundsOf(usualTimes);
}
