import type { Tally } from '../evidence/tally.ts';

/** Prediction requests and uploads of one version over some time. Whole numbers. */
export interface VersionCounts {
  /** Requests that the version received and that ended: answered, rejected for their input, failed, crashed. */
  readonly requests: number;
  /** Of these, rejected for their input: 4xx, rejected uploads. */
  readonly rejections: number;
  /** Of these, failed on our side: 5xx, crash at load, timeout. At most `requests` without `rejections`. */
  readonly failures: number;
  /** Accepted requests with a measured duration whose bound is known. */
  readonly timed: number;
  /** Of these, slower than their bound. */
  readonly slow: number;
}

/** Failures and rejections of live's requests in the day before a step. */
export interface UsualTallies {
  readonly failures: Tally;
  readonly rejections: Tally;
}

/**
 * From how many milliseconds on requests are slow. Absent: not known yet, or nothing is slow. The first request of a
 * process has a bound of its own, because a version with little traffic has more of them, and they take longer.
 */
export interface SlowBounds {
  readonly slowerThanMs?: number;
  readonly firstSlowerThanMs?: number;
}

/** Times of a version's cold starts. */
export interface ColdStarts {
  readonly starts: number;
  /** Milliseconds. */
  readonly medianMs: number;
}

/** A version's cold starts against a bound. */
export interface CountedStarts {
  readonly starts: number;
  /** Of these, over the bound. */
  readonly over: number;
  /** Milliseconds. */
  readonly meanMs: number;
}

/** The previous version's usual times. Absent: none are known. */
export interface UsualTimes extends SlowBounds {
  readonly coldStarts?: ColdStarts;
}

/** No requests. */
export const NO_REQUESTS: VersionCounts = { requests: 0, rejections: 0, failures: 0, timed: 0, slow: 0 };

/** The sum of two counts. */
export function addCounts(a: VersionCounts, b: VersionCounts): VersionCounts {
  return {
    requests: a.requests + b.requests,
    rejections: a.rejections + b.rejections,
    failures: a.failures + b.failures,
    timed: a.timed + b.timed,
    slow: a.slow + b.slow,
  };
}

/**
 * Requests that were not rejected: only these show whether a version can predict, so that a version that rejects
 * everything never has enough of them.
 */
export function acceptedOf({ requests, rejections }: VersionCounts): number {
  return requests - rejections;
}

/** Failures of the accepted requests. */
export function failuresOf(counts: VersionCounts): Tally {
  return { trials: acceptedOf(counts), hits: counts.failures };
}

/** Rejections of all requests. */
export function rejectionsOf({ requests, rejections }: VersionCounts): Tally {
  return { trials: requests, hits: rejections };
}

/** Slow ones of the timed requests. */
export function slowOf({ timed, slow }: VersionCounts): Tally {
  return { trials: timed, hits: slow };
}
