/** What is measured for one tick: exact shapes and units. `measure.ts` makes them, `decide` takes them. */

import type { ShadowTally } from './shadow-tally.ts';

/** What one version did in some time. Whole numbers. */
export interface VersionCounts {
  /** Requests that the version was given and that ended: answered, refused for their input, failed, crashed. */
  readonly requests: number;
  /** Of these, failed on our side: 5xx, crash at load, timeout. Not refusals of a bad picture (4xx). */
  readonly failures: number;
  /** Requests whose duration was measured. At most `requests`; 0 as long as it is not known what slow is. */
  readonly timed: number;
  /** Of these, slower than `slowerThanMs`. */
  readonly slow: number;
}

/** One closed minute. */
export interface TrafficMinute {
  /** Minutes since the epoch: ⌊milliseconds / 60,000⌋. */
  readonly minute: number;
  /** The version that the rollout wants to keep or replace. */
  readonly live: VersionCounts;
  readonly candidate: VersionCounts;
}

/** Requests by version and minute. Never of a minute that can still change. */
export interface TrafficObservation {
  /** Minutes before this one are closed: everything that happened in them is in `minutes`. Minutes since the epoch. */
  readonly closedBefore: number;
  /** In any order, each at most once; one that is not there had no requests. Those already judged are skipped. */
  readonly minutes: readonly TrafficMinute[];
  /** The bound that `slow` was counted with, milliseconds: the state's `slowerThanMs`, as `wanted` asked for it. */
  readonly slowerThanMs?: number;
}

/** What an operator asks for. */
export interface Control {
  /** Unique: a control whose id the state has already is not obeyed twice. */
  readonly id: string;
  /**
   * `hold`: stay in the step (a proven fault still rolls back). `resume`: go on, and wait `maxHold` anew. `promote`: to the
   * next step, whatever the gates say. `promote-all`: to all traffic. `rollback`: back to the previous version.
   */
  readonly kind: 'hold' | 'resume' | 'promote' | 'promote-all' | 'rollback';
  /** Who asks, for the record. */
  readonly by: string;
}

/** All that a tick can know. Absent: not measured, or nothing of it. */
export interface Observations {
  /** Now, milliseconds since the epoch. */
  readonly now: number;
  /** The golden pictures' result: whether all were answered as expected; `words` says which were not. */
  readonly golden?: { readonly passed: boolean; readonly words: string };
  /** All pictures of this shadow so far: the whole tally, not what is new. */
  readonly shadow?: ShadowTally;
  readonly traffic?: TrafficObservation;
  /** Median duration of the previous version's requests over its last busy hour, milliseconds. */
  readonly typicalMs?: number;
  readonly control?: Control;
  /** A version published after the candidate: this rollout is superseded. */
  readonly newerVersion?: string;
  /** What the live alias says, in words, if neither this rollout nor nobody moved it there. */
  readonly foreignAlias?: string;
}

/** A measurement that cannot be. */
export class ObservationError extends Error {
  override readonly name = 'ObservationError';

  constructor(parameter: string, expected: string, received: unknown) {
    super(`Expected ${expected} for ${parameter}, received ${JSON.stringify(received)}`);
  }
}

/** No requests. */
export const NO_REQUESTS: VersionCounts = { requests: 0, failures: 0, timed: 0, slow: 0 };

/** Both together. */
export function addCounts(a: VersionCounts, b: VersionCounts): VersionCounts {
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    timed: a.timed + b.timed,
    slow: a.slow + b.slow,
  };
}

/**
 * Refuses measurements that contradict themselves: a wrong count must not become a verdict.
 * @throws ObservationError
 */
export function checkTraffic({ closedBefore, minutes }: TrafficObservation): void {
  requireCount('traffic.closedBefore', closedBefore);
  const seen = new Set<number>();
  for (const { minute, live, candidate } of minutes) {
    requireCount('traffic.minutes.minute', minute);
    if (seen.has(minute)) throw new ObservationError('traffic.minutes', 'each minute at most once', minute);
    seen.add(minute);
    checkCounts(`live in minute ${minute}`, live);
    checkCounts(`candidate in minute ${minute}`, candidate);
  }
}

function checkCounts(of: string, { requests, failures, timed, slow }: VersionCounts): void {
  requireCount(`requests of ${of}`, requests);
  requireCount(`failures of ${of}`, failures, requests);
  requireCount(`timed of ${of}`, timed, requests);
  requireCount(`slow of ${of}`, slow, timed);
}

function requireCount(parameter: string, value: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new ObservationError(parameter, `a whole number, 0–${most}`, value);
}
