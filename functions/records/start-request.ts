/** How a command lets the rollout function start a rollout of a published version, without a deployment. */

/** Environment variables of the rollout function. */
export const START_ENV = {
  /** The endpoint's `capture`: share of requests and uploads, 0–1, that a shadow can replay. */
  capture: 'ENDPOINT_CAPTURE',
} as const;

/** Invokes the rollout function. */
export interface StartRequest {
  readonly kind: 'start';
  /** Unique, and the same in a repeated request, which starts nothing twice. */
  readonly id: string;
  readonly endpoint: string;
  readonly functionName: string;
  /** ARN of the endpoint's state machine. */
  readonly machine: string;
  /** The published version to roll out. */
  readonly version: string;
  /** The operator's name. */
  readonly by: string;
  /** `people`: they judge the first shadow of the plan. Absent: as the plan says. */
  readonly judge?: 'people';
}

/** Why nothing was started. */
export type StartRefusal =
  /** Another rollout is running. */
  | 'running'
  /** The version is live already. */
  | 'live'
  /** No deployment has stored a plan, or its object has expired. */
  | 'no-plan'
  /** The plan has no shadow that people could judge. */
  | 'no-shadow'
  /** The endpoint captures no inputs, so that people would get no picture to judge. */
  | 'no-capture'
  /** The live alias was moved at the same time. */
  | 'alias-moved';

/** The rollout function's answer. */
export type StartAnswer =
  | { readonly started: true; readonly execution: string; readonly stable: string }
  | { readonly started: false; readonly reason: StartRefusal };
