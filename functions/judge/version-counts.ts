/** Requests of one version over some time. Whole numbers. */
export interface VersionCounts {
  /** Requests that the version received and that ended: answered, refused for their input, failed, crashed. */
  readonly requests: number;
  /** Of these, failed on our side: 5xx, crash at load, timeout. Not refusals of a bad picture (4xx). */
  readonly failures: number;
  /** Requests with a measured duration. At most `requests`; 0 until it is known which duration is slow. */
  readonly timed: number;
  /** Of these, slower than `slowerThanMs`. */
  readonly slow: number;
}

/** No requests. */
export const NO_REQUESTS: VersionCounts = { requests: 0, failures: 0, timed: 0, slow: 0 };

/** The sum of two counts. */
export function addCounts(a: VersionCounts, b: VersionCounts): VersionCounts {
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    timed: a.timed + b.timed,
    slow: a.slow + b.slow,
  };
}
