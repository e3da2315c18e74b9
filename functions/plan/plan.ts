/**
 * Settings of a rollout: an ordered list of phases, made by `shadow()`, `canary()`, `linear()` and `blueGreen()`.
 * `checkPlan` reports faults and fills in the defaults; `stepsOf` makes the steps.
 *
 * Every gate has two bounds. `margin`: a candidate is promoted only when it is *proven* to be within it. `tolerance`: a
 * candidate is rolled back as soon as it is *proven* to be outside of it. Between the two, and with too little data for
 * a proof, the rollout holds. Shares are 0–1; a traffic weight is a percentage, as the alias shows it.
 */

import type { Duration } from './duration.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { ColdStartGate, LatencyGate, SlowReplay, SlowRequest } from './latency-options.ts';
import type { SceneOptions } from './scenes.ts';

/** Probabilities of a wrong decision, 0–0.5, both exclusive. */
export interface Risk {
  /**
   * That a candidate within all tolerances is rolled back, in the *whole* rollout: divided evenly among all tests of
   * all steps. Default 0.01.
   */
  readonly rollback?: number;
  /** That a candidate outside of a margin passes that gate of one step. Default 0.01. */
  readonly promote?: number;
}

/**
 * Share of accepted requests that fail on the server (5xx, crash, timeout), candidate against live over the same
 * minutes. Requests are predictions and uploads; polling, decisions and upload tickets are not.
 */
export interface ErrorRateGate {
  /** A difference (candidate minus live) proven over this rolls back. Share, over 0. Default 0.002: 2 in 1,000. */
  readonly tolerance?: number;
  /** A promotion needs proof that the difference is under this. Share. Default 0.01: 1 in 100. */
  readonly margin?: number;
  /**
   * A promotion needs proof from live requests alone that the difference is under this: replays, which count for
   * `margin`, do not show what fails only in live traffic. At least `margin`. Only in a plan with a shadow that
   * replays requests. Share. Default 0.05, or `margin` if that is larger.
   */
  readonly liveMargin?: number;
  /**
   * A share of the candidate proven over this rolls back if the candidate is also worse than live, however little. If
   * live fails alike, the rollout holds until the outage is over. Share. Default 0.2.
   */
  readonly limit?: number;
}

/** Share of requests rejected for their input (4xx, rejected uploads), candidate against live over the same minutes. */
export interface RejectionRateGate {
  /** A difference (candidate minus live) proven over this rolls back. Share, over 0. Default 0.002: 2 in 1,000. */
  readonly tolerance?: number;
  /** A promotion needs proof that the difference is under this. Share. Default 0.01: 1 in 100. */
  readonly margin?: number;
  /**
   * A promotion needs proof from live requests alone that the difference is under this: replays, which count for
   * `margin`, do not show what fails only in live traffic. At least `margin`. Only in a plan with a shadow that
   * replays requests. Share. Default 0.05, or `margin` if that is larger.
   */
  readonly liveMargin?: number;
  /** As `limit` of `errorRate`. Share. Default: none, because callers decide how many bad pictures they send. */
  readonly limit?: number;
}

/** A mean over compared pictures, of values 0–1. */
export interface MeanGate {
  /** A mean proven over this rolls back. 0–1, exclusive. */
  readonly tolerance?: number;
  /** A promotion needs proof that the mean is under this. 0–1, exclusive. */
  readonly margin?: number;
}

/** Gates of a shadow. `false` switches a gate off. */
export interface ShadowGates {
  /**
   * Mean disagreement with live over the pictures in which either detects something: of all objects that either
   * detects, the share that only one of them detects (same label, IoU ≥ 0.5). Default tolerance 0.08, margin 0.1. Only
   * with baseline `live`. A model that is *meant* to detect more than the last one needs a wider gate, or a human
   * baseline.
   *
   * Because the same pictures encoded again at JPEG quality 90 give 0.03–0.08 with real detectors (YOLOX-nano on 656
   * photos: 0.054), red and blue swapped 0.22–0.97, one object in ten missed 0.1 and more.
   */
  readonly agreement?: MeanGate | false;
  /**
   * Mean error of the count over the pictures in which either detects something: |candidate − baseline| / baseline, at
   * most 1 per picture. Default tolerance 0.07, margin 0.09; against a human 0.1 and 0.15, as humans differ, too.
   *
   * Because pictures encoded again give 0.03–0.06, and a count that is wrong by one in every fifth picture of a few
   * objects gives 0.09–0.11.
   */
  readonly countError?: MeanGate | false;
  /**
   * Share of replays that fail. The baseline answered every one of them. Default tolerance 0.02, margin 0.05, because
   * 200 pictures cannot prove a smaller one; the canary is stricter. Over the tolerance, the candidate is rolled back
   * only if it also fails more than live did in the day before, and goes on if it is proven to fail less. With judge
   * `labels` 0.05 and 0.2, which 32 photos can prove.
   */
  readonly errorRate?: MeanGate | false;
  /**
   * Share of replays that are slow; with `factor`, against the baseline's time for the same picture. Default factor 2,
   * tolerance 0.3, margin 0.4: wide, as replays include cold starts and share their processors. Only with baseline
   * `live`.
   */
  readonly latency?: (SlowReplay & MeanGate) | false;
  readonly risk?: Risk;
}

/** Gates of a canary or a linear step. `false` switches a gate off; at least one must stay. */
export interface TrafficGates {
  readonly errorRate?: ErrorRateGate | false;
  /** Default: the tolerance and margin of `errorRate`. */
  readonly rejectionRate?: RejectionRateGate | false;
  readonly latency?: LatencyGate | false;
  readonly coldStart?: ColdStartGate | false;
  /**
   * Least requests that the candidate must have accepted in the step: answered or failed, not rejected. Whole number,
   * at least 1. Default 100.
   */
  readonly minRequests?: number;
  readonly risk?: Risk;
}

/** Gates of a bake: all traffic is the candidate's, so no live version answers in the same minutes. */
export interface BakeGates {
  /** A share of failures proven under this promotes; proven over this, it rolls back. Share. Default 0.05. */
  readonly errorRate?: { readonly limit?: number } | false;
  /**
   * The candidate's share of rejections minus that of the previous version in the day before. Default tolerance 0.05,
   * margin 0.1, both at least the limit of `errorRate`: wide, because callers change from day to day.
   */
  readonly rejectionRate?: Omit<RejectionRateGate, 'limit' | 'liveMargin'> | false;
  /** As `errorRate`, for slow requests: of the previous version's, 10 % were slow before the switch. Default 0.4. */
  readonly latency?: (SlowRequest & { readonly limit?: number }) | false;
  readonly coldStart?: ColdStartGate | false;
  /** Least requests accepted in the bake. Whole number, at least 1. Default 100. */
  readonly minRequests?: number;
  readonly risk?: Risk;
}

interface MaxHold {
  /**
   * After this time in one step without a verdict, an alarm is raised: an operator may decide. The rollout goes on by
   * itself as soon as the gates say so. Default `2d`.
   */
  readonly maxHold?: Duration;
}

/** The candidate replays requests that the baseline answered; callers never receive its answers. */
export interface ShadowOptions extends MaxHold, JudgeOptions, SceneOptions {
  /** Least pictures, repeated ones included: see `scenes`. Whole number. Default 200. */
  readonly pictures?: number;
  /** Most pictures to compare; without a verdict after these, an operator decides. Default 10 × `pictures`. */
  readonly maxPictures?: number;
  /** Share of the captured requests to replay. Over 0, at most 1. Default 1. */
  readonly sample?: number;
  readonly gates?: ShadowGates;
}

/** A fixed share of live traffic for a while. */
export interface CanaryOptions extends MaxHold {
  /** The candidate's share of live traffic. Percent, over 0 and under 100, at most two decimals. Required. */
  readonly percent: number;
  /** Least time, even if the verdict is clear earlier; a rollback does not wait. Default `15m`. */
  readonly duration?: Duration;
  readonly gates?: TrafficGates;
}

/** Equal steps of live traffic, as far as they stay under 100 percent. */
export interface LinearOptions extends MaxHold {
  /** The first step's share. Percent. Default: the weight before plus `stepPercent`. */
  readonly fromPercent?: number;
  /** By how much each step is larger than the last. Percent, at least 1, at most two decimals. Required. */
  readonly stepPercent: number;
  /** Least time of each step. Default `15m`. */
  readonly every?: Duration;
  readonly gates?: TrafficGates;
}

/**
 * One switch moves all traffic; the previous version stays deployed for a switch back. The last phase. Both switches
 * start cold: Lambda drops idle processes within minutes, so the first requests wait for the load of the model.
 */
export interface BlueGreenOptions extends MaxHold {
  /** How long the new version is judged with all traffic. Required. */
  readonly bake: Duration;
  readonly gates?: BakeGates;
}

/** A phase as declared. */
export type Phase =
  | ({ readonly kind: 'shadow' } & ShadowOptions)
  | ({ readonly kind: 'canary' } & CanaryOptions)
  | ({ readonly kind: 'linear' } & LinearOptions)
  | ({ readonly kind: 'blueGreen' } & BlueGreenOptions);

/** A rollout as declared: phases in order. JSON. */
export type Plan = readonly Phase[];

/** The candidate is compared with the live version or a human, without live traffic. */
export function shadow(options: ShadowOptions = {}): Phase {
  return { kind: 'shadow', ...options };
}

/** A fixed share of live traffic: `canary({ percent: 10 })`. */
export function canary(options: CanaryOptions): Phase {
  return { kind: 'canary', ...options };
}

/** Growing shares of live traffic: `linear({ stepPercent: 20, every: '10m' })` gives 20, 40, 60, 80 percent. */
export function linear(options: LinearOptions): Phase {
  return { kind: 'linear', ...options };
}

/** All traffic at once, then a bake: `blueGreen({ bake: '1h' })`. */
export function blueGreen(options: BlueGreenOptions): Phase {
  return { kind: 'blueGreen', ...options };
}

/**
 * The rollout of an endpoint that declares none: see `docs/rollouts.md`. In half of the pictures of the shadow the
 * candidate takes at most 1.07 times live's time. Live requests alone exclude 20, then 5 points more errors.
 */
export const DEFAULT_PLAN: Plan = [
  shadow({ pictures: 500, gates: { latency: { factor: 1.07, tolerance: 0.5, margin: 0.5 } } }),
  canary({
    percent: 10,
    duration: '7m',
    gates: { errorRate: { liveMargin: 0.2 }, latency: { margin: 0.4 }, minRequests: 20 },
  }),
  canary({ percent: 50, duration: '7m', gates: { latency: { margin: 0.17 }, minRequests: 20 } }),
];
