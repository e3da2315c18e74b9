/** Options of the gates of latency and cold starts. `functions/plan/plan.ts` has the other ones. */

/** Which replays of a shadow are slow. Exactly one of the two. */
export type SlowReplay =
  | {
      /** Slower than this many times live's time for the same picture. Over 1. Default 2. */
      readonly factor?: number;
    }
  | {
      /** Slower than this. Milliseconds. */
      readonly limitMs: number;
    };

/**
 * Which requests of live traffic are slow. By default those slower than nine in ten of live's own requests: over live's
 * 90th percentile, which is taken from its last busy hours when the phase begins, and over 1.1 times its median. The
 * first request of a process, which is slower than later ones, has a bound of its own, made in the same way.
 */
export interface SlowRequest {
  /** Slow is what takes longer than this instead. Milliseconds. */
  readonly limitMs?: number;
}

/**
 * Share of accepted requests that are slow, candidate against live over the same minutes. Of live's, 10 % are slow by
 * definition. If times spread as usual (σ of their logarithm 0.39), a candidate that takes 1.3 times as long has 27 %,
 * at a steady latency (σ 0.1) 91 %.
 */
export interface LatencyGate extends SlowRequest {
  /** A difference (candidate minus live) proven over this rolls back. Share, over 0. Default 0.05: 5 in 100. */
  readonly tolerance?: number;
  /** A promotion needs proof that the difference is under this. Share. Default 0.1: 10 in 100. */
  readonly margin?: number;
  /** As `limit` of `errorRate`. Share. Default: none. */
  readonly limit?: number;
}

/**
 * Time of a cold start: from the start of a process until its model is loaded. The candidate's median must not be over
 * `factor` × live's median + `plusMs`. From three cold starts on, a median over that holds the rollout until an
 * operator promotes; with fewer, the verdict warns. It never rolls back, because a slow start fails no request.
 */
export interface ColdStartGate {
  /** At least 1. Default 2. */
  readonly factor?: number;
  /** At least 0. Milliseconds. Default 1000, because the first starts of a version take longer on Lambda. */
  readonly plusMs?: number;
}
