/** The measurements of one tick: exact shapes and units. `measure.ts` makes them, `decide` reads them. */

import type { DriftObservation } from './drift-hold.ts';
import type { GoldenResult } from './golden-check.ts';
import type { LabelsTally } from './labels.ts';
import type { Routing } from './routing.ts';
import type { ShadowTally } from './shadow-tally.ts';
import type { TruthTally } from './truth.ts';
import {
  acceptedOf,
  type CountedStarts,
  type SlowBounds,
  type UsualTallies,
  type UsualTimes,
  type VersionCounts,
} from './version-counts.ts';

/** One minute. */
export interface TrafficMinute {
  /** Minutes since the epoch: ⌊milliseconds / 60,000⌋. */
  readonly minute: number;
  /** The version that the rollout keeps or replaces. */
  readonly live: VersionCounts;
  readonly candidate: VersionCounts;
}

/**
 * Requests by version and minute. Metrics come late, by minutes, and those of a timeout belong to the minute in which
 * it began: so a minute is read again until it is settled. Limits are minutes since the epoch, each at most the next.
 * `slow` was counted with the bounds of the required measurement.
 */
export interface TrafficObservation extends SlowBounds {
  /** Minutes before this one do not change any more, and are not read again. */
  readonly settledBefore: number;
  /** Minutes before this one are complete, but for rare latecomers: only these prove a candidate good. */
  readonly completeBefore: number;
  /** Minutes before this one have most of their metrics: these can prove a candidate bad. */
  readonly closedBefore: number;
  /** In any order, each at most once; an absent minute had no requests. `decide` skips settled minutes. */
  readonly minutes: readonly TrafficMinute[];
}

/** An operator's order. */
export interface Control {
  /** Unique: an order whose id is in the state already has been executed. */
  readonly id: string;
  /**
   * `hold`: stay in the step (a proven fault still rolls back). `resume`: go on, and start `maxHold` anew. `promote`:
   * to the next step, whatever the gates say. `promote-all`: to all traffic. `rollback`: back to the previous version.
   */
  readonly kind: 'hold' | 'resume' | 'promote' | 'promote-all' | 'rollback';
  /** Only of a promotion: whether it ends a hold. Default false: it is refused while the rollout is held. */
  readonly resume?: boolean;
  /** The operator's name, for the record. */
  readonly by: string;
}

/** Live traffic that goes elsewhere than the rollout has sent it. */
export interface ForeignMove {
  /** Where live traffic goes. */
  readonly routing: Routing;
  /** Where the rollout has sent it. */
  readonly expected: Routing;
  /** Who moved it, by the alias's note; absent: it was moved without a note, as in the console. */
  readonly by?: string;
  /** The candidate, if its share is taken away, because no rollout observes it any more. */
  readonly withdrawn?: string;
}

/** Requests of which none was answered. */
export interface Unanswered {
  readonly requests: number;
  readonly rejections: number;
  readonly failures: number;
  /** Rejected uploads that the candidate was tried on, and how many it answers. Absent: none. */
  readonly candidate?: { readonly tried: number; readonly answered: number };
}

/** Pictures that a shadow can still replay. */
export interface PictureSupply {
  /** Chosen, and not replayed yet. */
  readonly queued: number;
  /** How many are recorded in a minute, by those of the day before the shadow; absent: not known. */
  readonly recordedPerMinute?: number;
}

/** Everything that a tick can measure. Absent: not measured, or there is none. */
export interface Observations {
  /** Now, milliseconds since the epoch. */
  readonly now: number;
  readonly golden?: GoldenResult;
  /** All pictures of this shadow so far: the whole tally, not only the new ones. */
  readonly shadow?: ShadowTally;
  /** The pictures of this shadow that are to come; absent: they come as people decide. */
  readonly supply?: PictureSupply;
  /** What people say about the pictures of this shadow so far. */
  readonly truth?: TruthTally;
  /** Of a shadow that a labelled set judges: its photos so far. */
  readonly labels?: LabelsTally;
  /** `incomplete`: CloudWatch could not return all metrics. */
  readonly traffic?: TrafficObservation | 'incomplete';
  /** The previous version's requests in the day before the step. */
  readonly usual?: UsualTallies;
  /** Of a shadow without a picture: the live version's requests of the last day, where it has answered none of them. */
  readonly unanswered?: Unanswered;
  readonly usualTimes?: UsualTimes;
  /** The candidate's cold starts so far, against the bound of the required measurement. */
  readonly coldStarts?: CountedStarts;
  /** What the drift monitor says of the version that was live; absent: nothing monitors drift. */
  readonly drift?: DriftObservation;
  readonly control?: Control;
  /** A version published after the candidate: it supersedes this rollout. */
  readonly newerVersion?: string;
  /** Current live routing, set only when someone other than this rollout moved the alias. */
  readonly foreignMove?: ForeignMove;
}

/** A measurement contradicts itself. */
export class ObservationError extends Error {
  override readonly name = 'ObservationError';

  constructor(parameter: string, expected: string, received: unknown) {
    super(`Expected ${expected} for ${parameter}, received ${JSON.stringify(received)}`);
  }
}

/**
 * Refuses measurements that contradict themselves: a wrong count must not become a verdict.
 * @throws ObservationError
 */
export function checkTraffic({ settledBefore, completeBefore, closedBefore, minutes }: TrafficObservation): void {
  requireCount('traffic.closedBefore', closedBefore);
  requireCount('traffic.completeBefore', completeBefore, closedBefore);
  requireCount('traffic.settledBefore', settledBefore, completeBefore);
  const seen = new Set<number>();
  for (const { minute, live, candidate } of minutes) {
    requireCount('traffic.minutes.minute', minute);
    if (seen.has(minute)) throw new ObservationError('traffic.minutes', 'each minute at most once', minute);
    seen.add(minute);
    checkCounts(`live in minute ${minute}`, live);
    checkCounts(`candidate in minute ${minute}`, candidate);
  }
}

function checkCounts(of: string, counts: VersionCounts): void {
  requireCount(`requests of ${of}`, counts.requests);
  requireCount(`rejections of ${of}`, counts.rejections, counts.requests);
  requireCount(`failures of ${of}`, counts.failures, acceptedOf(counts));
  requireCount(`timed of ${of}`, counts.timed, acceptedOf(counts));
  requireCount(`slow of ${of}`, counts.slow, counts.timed);
}

function requireCount(parameter: string, value: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new ObservationError(parameter, `a whole number, 0–${most}`, value);
}
