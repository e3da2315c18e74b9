import { checkTraffic, type TrafficMinute, type TrafficObservation } from './observations.ts';
import type { RolloutState } from './state.ts';
import { addCounts, type SlowBounds, type VersionCounts } from './version-counts.ts';

/** The two versions' requests in a step. */
export interface BothCounts {
  readonly live: VersionCounts;
  readonly candidate: VersionCounts;
}

/** Requests of a step so far. Metrics come late, and those of failures later than others: see `TrafficObservation`. */
export interface StepTraffic {
  /** In the settled minutes. */
  readonly settled: BothCounts;
  /** In these and in all other complete minutes. */
  readonly complete: BothCounts;
  /** In these and in all other closed minutes. */
  readonly closed: BothCounts;
}

/**
 * The state's counts with those of the observed minutes that are not settled yet.
 * @throws ObservationError for counts that contradict themselves
 */
export function stepTraffic(state: RolloutState, observed: TrafficObservation | undefined): StepTraffic {
  const { traffic: settled, settledBefore } = state;
  if (!observed) return { settled, complete: settled, closed: settled };
  checkTraffic(observed);
  // Slow requests that were counted with another bound are not comparable.
  const isComparable = state.slowerThanMs !== undefined && sameBounds(state, observed);
  const minutes = observed.minutes
    .filter(({ minute }) => minute >= settledBefore)
    .map((each) => (isComparable ? each : untimed(each)));
  const before = (limit: number): BothCounts =>
    minutes.filter(({ minute }) => minute < limit).reduce<BothCounts>(addMinute, settled);
  return {
    settled: before(observed.settledBefore),
    complete: before(observed.completeBefore),
    closed: before(observed.closedBefore),
  };
}

function sameBounds(a: SlowBounds, b: SlowBounds): boolean {
  return a.slowerThanMs === b.slowerThanMs && a.firstSlowerThanMs === b.firstSlowerThanMs;
}

function untimed({ minute, live, candidate }: TrafficMinute): TrafficMinute {
  const none = { timed: 0, slow: 0 };
  return { minute, live: { ...live, ...none }, candidate: { ...candidate, ...none } };
}

function addMinute(sum: BothCounts, { live, candidate }: TrafficMinute): BothCounts {
  return { live: addCounts(sum.live, live), candidate: addCounts(sum.candidate, candidate) };
}
