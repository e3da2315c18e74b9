/**
 * What a deployment can be told: types, units, defaults. `endpoints.ts` holds the values; `check.ts` refuses those that
 * make no sense.
 */

import type { Plan } from '../functions/plan/plan.ts';

export { blueGreen, canary, linear, shadow } from '../functions/plan/plan.ts';

/** A list with at least one thing in it. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** How callers prove who they are. Made by `iam()`, `jwt()` and `none()`. */
export type Auth =
  | { readonly type: 'iam' }
  | { readonly type: 'jwt'; readonly issuer: string; readonly audience: NonEmpty<string> }
  | { readonly type: 'none' };

/** Callers sign requests with AWS credentials (SigV4, service `execute-api`). The default. */
export function iam(): Auth {
  return { type: 'iam' };
}

/**
 * Callers send a bearer token of an OpenID Connect issuer.
 * `issuer`: its https URL. `audience`: accepted `aud` (or `client_id`) values, at least one.
 */
export function jwt(options: { readonly issuer: string; readonly audience: NonEmpty<string> }): Auth {
  return { type: 'jwt', ...options };
}

/** Anyone who knows the address may call, and you pay. Must be said: it is never a default. */
export function none(): Auth {
  return { type: 'none' };
}

/** Which web pages of other origins may call the API. */
export interface Cors {
  /** Origins with scheme and without path, `https://app.example.com`, or `*` alone. At least one. */
  readonly origins: NonEmpty<string>;
  /** How long a browser may remember the answer. Seconds, 0–86400. Default 600. */
  readonly maxAgeSeconds?: number;
}

/** Limits of each route for all callers together; more is answered with 429. */
export interface Throttle {
  /** Steady requests per second, 1–10000. Default 50. */
  readonly rate?: number;
  /** Requests that may come at once, 1–5000. Default 100. */
  readonly burst?: number;
}

/** The HTTP API in front of all endpoints. */
export interface ApiOptions {
  /** Default `iam()`. */
  readonly auth?: Auth;
  /** Without it no page of another origin can call. */
  readonly cors?: Cors;
  /** Without it the defaults of `Throttle`. */
  readonly throttle?: Throttle;
}

/** After how many days objects expire, by the first segment of their key. Whole days, 1–3650. */
export interface LifetimeDays {
  /** Pictures put by S3 clients. Default 30. */
  readonly uploads?: number;
  /** Captured inputs of HTTP requests: what a shadow replays. Default 30. */
  readonly inputs?: number;
  /** Annotated pictures: what a presigned URL shows. Default 30. */
  readonly annotated?: number;
  /** Results: what `GET /{endpoint}/predictions/{id}` finds. Default 90. */
  readonly results?: number;
  /** Decisions of humans. Default 365. */
  readonly decisions?: number;
  /** Shadow comparisons and audit records of rollouts. Default 365. */
  readonly rollouts?: number;
}

/** What both kinds of endpoint can be told. */
export interface EndpointOptions {
  /**
   * First segment of the endpoint's paths, and the name of its stack (`count-cars` → stack `CountCars`). Lower-case
   * letters, digits and single hyphens, beginning with a letter, 2–40 characters. Required.
   */
  readonly name: string;
  /** Least confidence of a detection, 0–1. Without it, each label's threshold from the model's manifest. */
  readonly confidence?: number;
  /** IoU over which two boxes are the same object, 0–1. Without it, the manifest's. */
  readonly iou?: number;
  /** Longer side of the annotated picture unless a request asks otherwise. Pixels, 64–4096. Default 1600. */
  readonly maxSide?: number;
  /** The function's memory; its share of CPU grows with it. MB, 512–10240. Default 1769: one whole vCPU. */
  readonly memoryMb?: number;
  /** Longest time of one invocation. Seconds, 1–29 (the API gives up at 30). Default 29. */
  readonly timeoutSeconds?: number;
  /**
   * Most invocations at the same time, kept from the account's for this function. 1–1000. Without it, the endpoint
   * shares the account's concurrency with all others.
   */
  readonly reservedConcurrency?: number;
  /**
   * Share of HTTP requests whose input picture is kept for shadow comparisons. 0–1. Default 1. Not for endpoints that a
   * human answers: there every picture is kept.
   */
  readonly capture?: number;
  /** Most pixels (width × height) of a picture; more is refused undecoded. 1 to 200 million. Default 50 million. */
  readonly maxPixels?: number;
  /** Most bytes of a picture uploaded through S3. 1 to 100 MB. Default 25 MB (26,214,400). */
  readonly maxUploadBytes?: number;
  /**
   * Lifetime of presigned URLs. Seconds, 60–43200. Default 3600. A URL also dies with the credentials that signed it,
   * those of the function's role: so it can end earlier, and more than 12 hours would have no effect.
   */
  readonly urlSeconds?: number;
  /**
   * How a new version earns its traffic: phases in order, made by `shadow()`, `canary()`, `linear()`, `blueGreen()`. The
   * golden gate comes before all of them. Without it, `DEFAULT_PLAN`: 200 pictures in the shadow, then 10 %, 50 %, all.
   */
  readonly rollout?: Plan;
}

/** What `countEndpoint` takes. */
export interface CountOptions extends EndpointOptions {
  /** Name of a model package: a folder of `models/`. Required. */
  readonly model: string;
  /** What is counted, as the model names it. At least one. Required. */
  readonly labels: NonEmpty<string>;
  /**
   * Who answers callers. `human`: the model's answer is never shown; a caller gets the decision that came with the
   * request or later, and every picture is kept so that a candidate can be compared with the human. Default `model`.
   */
  readonly answeredBy?: 'model' | 'human';
}

/** What `predictEndpoint` takes. It detects all that its models know, so it takes no labels. */
export interface PredictOptions extends EndpointOptions {
  /** Names of model packages, of which a request chooses one. At least one. Required. */
  readonly models: NonEmpty<string>;
}

/** An endpoint as declared. Made by `countEndpoint()` and `predictEndpoint()`. */
export type Endpoint = ({ readonly kind: 'count' } & CountOptions) | ({ readonly kind: 'predict' } & PredictOptions);

/** An endpoint that answers JSON with the number of objects of its labels. */
export function countEndpoint(options: CountOptions): Endpoint {
  return { kind: 'count', ...options };
}

/** An endpoint that answers the annotated picture with all that the model named in the request detects. */
export function predictEndpoint(options: PredictOptions): Endpoint {
  return { kind: 'predict', ...options };
}

/** Processors that AWS Lambda offers. */
export type Architecture = 'arm64' | 'x86_64';

/** Days for which CloudWatch can keep logs (those that we offer of its list). */
export const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653] as const;

/** All that a deployment is told. */
export interface Deployment {
  /**
   * The deployment's name, which begins the names of its stacks. Same rules as an endpoint's name. Two deployments in
   * one account and region need two names. Required.
   */
  readonly name: string;
  /** The functions' processor. Default `arm64`: a fifth cheaper for the same time. */
  readonly architecture?: Architecture;
  /** The HTTP API. Without it: `iam()`, no CORS, default throttling. */
  readonly api?: ApiOptions;
  /** When objects expire. Without it the defaults of `LifetimeDays`. */
  readonly lifetimeDays?: LifetimeDays;
  /** How long logs are kept. Days, one of `LOG_RETENTION_DAYS`. Default 30. */
  readonly logRetentionDays?: (typeof LOG_RETENTION_DAYS)[number];
  /** Who is told of alarms. Without it alarms only show in the console. */
  readonly alarmEmail?: string;
  /** What is served. At least one. Required. */
  readonly endpoints: NonEmpty<Endpoint>;
}

/** Values of everything that may be left out. */
export const DEFAULTS = {
  architecture: 'arm64',
  corsMaxAgeSeconds: 600,
  throttle: { rate: 50, burst: 100 },
  lifetimeDays: { uploads: 30, inputs: 30, annotated: 30, results: 90, decisions: 365, rollouts: 365 },
  logRetentionDays: 30,
  endpoint: {
    maxSide: 1600,
    memoryMb: 1769,
    timeoutSeconds: 29,
    capture: 1,
    maxPixels: 50_000_000,
    maxUploadBytes: 25 * 1024 * 1024,
    urlSeconds: 3600,
  },
} as const;
