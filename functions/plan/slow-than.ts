import { DEFAULTS } from './defaults.ts';

/** Which replays of a shadow count as slow: over `factor` × live's time for the picture, or over `limitMs`. */
export type SlowReplayThan = { readonly factor: number } | { readonly limitMs: number };

/** Which requests count as slow: over a quantile of live's times, or over `limitMs` milliseconds. */
export type SlowRequestThan = { readonly quantile: number } | { readonly limitMs: number };

/** The candidate's median time of a cold start is at most `factor` × live's + `plusMs`. */
export interface ColdStartTest {
  readonly factor: number;
  /** Milliseconds. */
  readonly plusMs: number;
}

type Declared = { readonly factor?: number | undefined; readonly limitMs?: number } | false;

/** The bound of slow replays; nothing where the gate is off. */
export function slowReplays(latency: Declared): { slow?: SlowReplayThan } {
  if (!latency) return {};
  const { factor = DEFAULTS.factor, limitMs } = latency;
  return { slow: limitMs === undefined ? { factor } : { limitMs } };
}

/** The bound of slow requests; nothing where the gate is off. A plan of an earlier release may have a `factor`. */
export function slowRequests(latency: Declared): { slow?: SlowRequestThan } {
  if (!latency) return {};
  const { limitMs } = latency;
  return { slow: limitMs === undefined ? { quantile: DEFAULTS.slowQuantile } : { limitMs } };
}

/** The test of cold starts; nothing where the gate is off, as in a plan of an earlier release. */
export function coldStarts(coldStart: ColdStartTest | false | undefined): { coldStart?: ColdStartTest } {
  return coldStart ? { coldStart } : {};
}
