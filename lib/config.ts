/**
 * Settings of a deployment: types, units, defaults. `endpoints.ts` holds the values; `check-config.ts` rejects invalid
 * ones.
 */

import type { Plan } from '../functions/plan/plan.ts';

import type { Auth } from './auth.ts';
import type { BatchOptions } from './batch-options.ts';
import type { EventsOptions } from './events-options.ts';
import type { LabelledPhotos } from './labelled-photos.ts';

export { blueGreen, canary, linear, shadow } from '../functions/plan/plan.ts';
export { type Auth, iam, jwt, none } from './auth.ts';

/** A list with at least one element. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Web pages of other origins that may call the API. */
export interface Cors {
  /** Origins with scheme and without path, `https://app.example.com`, or `*` alone. At least one. */
  readonly origins: NonEmpty<string>;
  /** How long a browser may cache a preflight response. Seconds, 0–86400. Default 600. */
  readonly maxAgeSeconds?: number;
}

/** Limits of each route for all callers together. Requests beyond them get 429. */
export interface Throttle {
  /** Steady requests per second, 1–10000. Default 50. */
  readonly rate?: number;
  /** Concurrent requests above the rate (burst), 1–5000. Default 100. */
  readonly burst?: number;
}

/** The HTTP API in front of all endpoints. */
export interface ApiOptions {
  /** Default `iam()`. */
  readonly auth?: Auth;
  /** Default: no page of another origin can call the API. */
  readonly cors?: Cors;
  /** Default: those of `Throttle`. */
  readonly throttle?: Throttle;
}

/** Lifetime of objects by the first segment of their key. Whole days, 1–3650. */
export interface LifetimeDays {
  /** Pictures put by S3 clients. Default 30. */
  readonly uploads?: number;
  /** Captured inputs of HTTP requests, which a shadow replays. Default 30. */
  readonly inputs?: number;
  /** Annotated pictures, for which endpoints return presigned URLs. Default 30. */
  readonly annotated?: number;
  /** Results, which `GET /{endpoint}/predictions/{id}` returns, and results and files of batch jobs. Default 90. */
  readonly results?: number;
  /** Decisions of humans. Default 365. */
  readonly decisions?: number;
  /** Shadow comparisons and audit records of rollouts. Default 365. */
  readonly rollouts?: number;
  /** Files of the tables of results, after their last change. Only with `tables`. Default 365. */
  readonly tables?: number;
}

/** Options of both kinds of endpoint. */
export interface EndpointOptions {
  /**
   * First segment of the endpoint's paths, and the name of its stack (`count-cars` → stack `CountCars`). Lower-case
   * letters, digits and single hyphens, beginning with a letter, 2–40 characters. Required.
   */
  readonly name: string;
  /** Confidence threshold of detections, 0–1. Default: each label's threshold from the model's manifest. */
  readonly confidence?: number;
  /** IoU above which two boxes are the same object, 0–1. Default: the manifest's. */
  readonly iou?: number;
  /** Longer side of the annotated picture; a request can override it. Pixels, 64–4096. Default 1600. */
  readonly maxSide?: number;
  /**
   * The function's memory. Its CPU grows in proportion, and inference uses one thread for each whole 1,769 MB: 3,538 MB
   * give two. A new AWS account allows at most 3,008. MB, 512–10240. Default 1769: one whole vCPU.
   */
  readonly memoryMb?: number;
  /** Timeout of one invocation. Seconds, 1–29 (the API times out at 30). Default 29. */
  readonly timeoutSeconds?: number;
  /**
   * Concurrent invocations reserved for this function, which is also their limit. 1–1000. AWS keeps a part of the
   * account's concurrency unreserved: in a new account, which has 10 in all, every value is refused (README, Deploy).
   * Default: the function shares the account's concurrency with all others.
   */
  readonly reservedConcurrency?: number;
  /**
   * Concurrent invocations for uploads at most, so that a folder of uploads leaves the rest of the concurrency to HTTP
   * callers and other functions. 2–1000 (Lambda's range), at most `reservedConcurrency`. Default 5, or half of
   * `reservedConcurrency` where that is less, but at least 2.
   */
  readonly uploadConcurrency?: number;
  /**
   * Share of requests and uploads whose picture a shadow can replay; those of HTTP are stored for it. 0–1. Default 1.
   * Not allowed for endpoints answered by a human, which store every picture.
   */
  readonly capture?: number;
  /**
   * Whether a function looks each hour for drift of the captured pictures and their answers, and results have the
   * measures for it (docs/drift.md). Not allowed for endpoints answered by a human, and with `capture: 0`. Default: no
   * function, no measures.
   */
  readonly drift?: true;
  /**
   * Whether people may review pictures in the browser (docs/labels.md). Not allowed without captured pictures, and for
   * endpoints answered by a human. Default: no.
   */
  readonly review?: true;
  /**
   * Maximum pixels (width × height) of a picture. Larger ones are rejected before decoding. 1 to 200 million. Default
   * 50 million.
   */
  readonly maxPixels?: number;
  /**
   * What to do with a picture that lacks image data, such as a JPEG that was cut and closed again. `reject`: 422, or
   * for an upload a rejection. `serve`: the answer has the objects of the rest, and `image.damage` says what is
   * missing. Default `reject`, because a count of half a picture is wrong.
   */
  readonly damaged?: 'reject' | 'serve';
  /** Maximum bytes of a picture uploaded through S3. 1 byte to 100 MB. Default 25 MB (26,214,400). */
  readonly maxUploadBytes?: number;
  /**
   * Lifetime of presigned URLs. Seconds, 60–43200. Default 3600. A URL also expires with the credentials that signed
   * it, those of the function's role: so it can expire earlier, and more than 12 hours would have no effect.
   */
  readonly urlSeconds?: number;
  /**
   * Expected traffic: HTTP requests and uploads. With it, a plan whose phases could never get enough of them is
   * refused. Per minute, over 0. Default: not known, so only impossible gates of shadows are refused.
   */
  readonly requestsPerMinute?: number;
  /** Batch jobs over pictures in S3 (docs/batch.md). Default: none, and no resources for them. */
  readonly batch?: BatchOptions;
  /**
   * Labelled photos on which `npm run ci -- check` compares a pull request with the version before (docs/ci.md): 20 or
   * more, with a label of the endpoint. They are not deployed. Default: those of the folder by which a shadow judges,
   * where the plan has one.
   */
  readonly labelled?: LabelledPhotos;
  /**
   * Rollout plan of new versions: phases in order, made by `shadow()`, `canary()`, `linear()`, `blueGreen()`. The
   * golden gate precedes all of them. Default: `DEFAULT_PLAN`, a shadow of 500 pictures, then 10 %, 50 % and all
   * traffic.
   */
  readonly rollout?: Plan;
}

/** Options of `countEndpoint`. */
export interface CountOptions extends EndpointOptions {
  /** Name of a model package: a folder of `models/`. Required. */
  readonly model: string;
  /** Labels of the objects to count, as the model names them. At least one. Required. */
  readonly labels: NonEmpty<string>;
  /**
   * Source of the answers. `human`: callers get the decision of a human, sent with the request or later, never a
   * model's answer; every picture is stored, so that a candidate can be compared with the human. Default `model`.
   */
  readonly answeredBy?: 'model' | 'human';
}

/** Options of `predictEndpoint`. It has no labels because it detects all labels of its models. */
export interface PredictOptions extends EndpointOptions {
  /** Names of model packages; each request chooses one. At least one. Required. */
  readonly models: NonEmpty<string>;
}

/** An endpoint as declared. Made by `countEndpoint()` and `predictEndpoint()`. */
export type Endpoint = ({ readonly kind: 'count' } & CountOptions) | ({ readonly kind: 'predict' } & PredictOptions);

/** An endpoint that returns the number of objects with its labels as JSON. */
export function countEndpoint(options: CountOptions): Endpoint {
  return { kind: 'count', ...options };
}

/** An endpoint that returns the annotated picture with all detections of the model that the request names. */
export function predictEndpoint(options: PredictOptions): Endpoint {
  return { kind: 'predict', ...options };
}

/** Processor architectures of AWS Lambda. */
export type Architecture = 'arm64' | 'x86_64';

/** Supported log retentions, days: a subset of CloudWatch's. */
export const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653] as const;

/** All settings of a deployment. */
export interface Deployment {
  /**
   * The deployment's name, the prefix of its stacks' names. Same rules as for an endpoint's name. Unique within an
   * account and region. Required.
   */
  readonly name: string;
  /** The functions' processor. Default `arm64`, which costs a fifth less per second. */
  readonly architecture?: Architecture;
  /** The HTTP API. Default: `iam()`, no CORS, default throttling. */
  readonly api?: ApiOptions;
  /** Lifetime of objects. Default: that of `LifetimeDays`. */
  readonly lifetimeDays?: LifetimeDays;
  /** Retention of logs. Days, one of `LOG_RETENTION_DAYS`. Default 30. */
  readonly logRetentionDays?: (typeof LOG_RETENTION_DAYS)[number];
  /**
   * Whether AWS X-Ray records traces of functions and rollouts, which cost up to $5 per million requests. Default
   * false: nothing is sent.
   */
  readonly tracing?: boolean;
  /** Events on an event bus (docs/events.md). Default: none, and no resources for them. */
  readonly events?: EventsOptions;
  /** E-mail address that receives alarms. Default: alarms show in the console only. */
  readonly alarmEmail?: string;
  /**
   * Whether CloudFormation refuses to delete the stacks. Default true, because the address of the API ends with the
   * stack of the platform. Set it to false and deploy before you destroy a deployment (docs/operations.md).
   */
  readonly terminationProtection?: boolean;
  /**
   * Whether results become tables for SQL: a function compacts them into Parquet files each night, and Athena has the
   * tables (docs/tables.md). Default false: no resources for it; `npm run query` reads results one by one.
   */
  readonly tables?: boolean;
  /** The endpoints. At least one. Required. */
  readonly endpoints: NonEmpty<Endpoint>;
}

/** Default values of all optional settings. */
export const DEFAULTS = {
  architecture: 'arm64',
  corsMaxAgeSeconds: 600,
  throttle: { rate: 50, burst: 100 },
  lifetimeDays: { uploads: 30, inputs: 30, annotated: 30, results: 90, decisions: 365, rollouts: 365, tables: 365 },
  logRetentionDays: 30,
  tracing: false,
  tables: false,
  terminationProtection: true,
  endpoint: {
    maxSide: 1600,
    memoryMb: 1769,
    timeoutSeconds: 29,
    uploadConcurrency: 5,
    batchConcurrency: 5,
    capture: 1,
    maxPixels: 50_000_000,
    damaged: 'reject',
    maxUploadBytes: 25 * 1024 * 1024,
    urlSeconds: 3600,
  },
} as const;
