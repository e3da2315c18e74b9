/** Names that stacks (`lib`), functions and emulator (`local`) share. Imports nothing, so that each can import it. */

/** Environment variables that the stacks set and the functions read. */
export const ENV = {
  /** The bucket of this deployment: uploads, inputs, pictures, results, decisions, rollout records. */
  bucket: 'BUCKET_NAME',
  /** `EndpointSettings` as JSON, for a detect function. */
  endpoint: 'ENDPOINT_SETTINGS',
  /** `PlatformSettings` as JSON, for the docs function. */
  platform: 'PLATFORM_SETTINGS',
  /** For a status function: endpoint name, detect function name, state machine ARN. */
  endpointName: 'ENDPOINT_NAME',
  detectFunction: 'DETECT_FUNCTION',
  machine: 'ROLLOUT_MACHINE',
  /** `true` where X-Ray records traces. */
  tracing: 'POWERTOOLS_TRACE_ENABLED',
  /** `metricNamespace()` of the deployment. Powertools reads it too. */
  metricNamespace: 'POWERTOOLS_METRICS_NAMESPACE',
} as const;

/** The folder in a function's code that holds its model packages, one folder each, as in `models/`. */
export const MODELS_FOLDER = 'models';

/** Settings of a detect function. Part of the published version: each change makes a new version. */
export interface EndpointSettings {
  /** The endpoint's name, the first segment of its paths: `count-cars`. */
  readonly name: string;
  /**
   * `count`: answers with the number of objects of `labels`, from the first model.
   * `predict`: answers with the annotated picture unless `Accept` prefers JSON; the request must name one of `models`.
   */
  readonly kind: 'count' | 'predict';
  /** `human`: no model runs; callers get the decision that comes with the request or later. Pictures are kept. */
  readonly answeredBy: 'model' | 'human';
  /** Names of the model packages in the function's code, the default one first. */
  readonly models: readonly [string, ...string[]];
  /** Labels to detect and count. Default: all labels of the model. */
  readonly labels?: readonly string[];
  /** Confidence threshold, 0–1. Default: each label's threshold in the model's manifest. */
  readonly confidence?: number;
  /** IoU over which two boxes are the same object, 0–1. Default: the manifest's. */
  readonly iou?: number;
  /** Longer side of the annotated picture in pixels, unless a request sets another, up to `MAX_SIDE_LIMIT`. */
  readonly maxSide: number;
  /** Most pixels (width × height) of a picture; a larger one is rejected before it is decoded. */
  readonly maxPixels: number;
  /** What to do with a picture that lacks image data: reject it, or serve it, marked. Default: reject. */
  readonly damaged?: 'reject' | 'serve';
  /** Most bytes of an upload to S3. */
  readonly maxUploadBytes: number;
  /** Share of requests and uploads, 0–1, whose picture a shadow can replay. */
  readonly capture: number;
  /** Scopes of operators' tokens, who may read the results of every caller. Default: none. */
  readonly operatorScopes?: readonly string[];
  /** Whether results have the measures that `npm run drift` reads. Default: no. */
  readonly drift?: true;
  /** Lifetime of presigned URLs in seconds. */
  readonly urlSeconds: number;
  /** Versions of the packages, by name. Absent: an earlier release published this version of the function. */
  readonly modelVersions?: Readonly<Record<string, string>>;
  /** Parts of the packages that golden pictures did not prove, by model. Absent: all are proven. */
  readonly unchecked?: Readonly<Record<string, readonly ('boxes' | 'classes' | 'colour')[]>>;
}

/** Settings of the docs function. Contains no secrets, because its pages are public. */
export interface PlatformSettings {
  /** The deployment's name. */
  readonly name: string;
  /** How callers authenticate. */
  readonly auth: 'iam' | 'jwt' | 'none';
  /** How operators authenticate: for status, report and decisions. Absent: as callers. */
  readonly operatorAuth?: 'iam' | 'jwt';
  /** Whether the deployment has events. Absent: it has none. */
  readonly events?: true;
  /** The endpoints with the models they serve. */
  readonly endpoints: readonly (Pick<EndpointSettings, 'name' | 'kind' | 'models' | 'labels' | 'confidence'> & {
    readonly modelSummaries: readonly ModelSummary[];
    readonly review?: true;
    readonly drift?: true;
  })[];
}

/** Summary of a model package, from its manifest at synthesis. */
export interface ModelSummary {
  readonly name: string;
  readonly version: string;
  readonly family: string;
  readonly sha256: string;
  readonly licence: string;
  readonly labels: readonly string[];
  readonly thresholds: ModelThresholds;
  /** What golden pictures proved when the package was made; absent where nothing is known. */
  readonly checked?: Readonly<Record<'boxes' | 'classes' | 'colour', boolean>>;
}

/** Detection thresholds from the manifest. */
export interface ModelThresholds {
  /** Confidence threshold of labels that `perLabel` lacks, 0–1. */
  readonly confidence: number;
  readonly perLabel: Readonly<Record<string, number>>;
  readonly iou: number;
  /** Range of a request's options, both bounds inclusive. */
  readonly bounds: Readonly<Record<'confidence' | 'iou', { readonly min: number; readonly max: number }>>;
}

/** Largest `max_side` of a request, pixels. */
export const MAX_SIDE_LIMIT = 4096;

/** Aliases of each endpoint's function. */
export const ALIAS = { live: 'live', candidate: 'candidate' } as const;

/** An alias that `npm run doctor` makes to measure a split of traffic, and deletes. No caller uses it. */
export const PROBE_ALIAS = 'doctor';

/** The function of an endpoint. A stack that is created again has another one, which counts its versions from 1. */
export interface EndpointFunction {
  readonly endpoint: string;
  /** Name of the detect function. */
  readonly functionName: string;
}

/** Prefix of all uploads. S3 announces new objects below it. */
export const ALL_UPLOADS = 'uploads/';

/**
 * Key layout of the bucket. `id` is a UUIDv7 for HTTP requests and tickets, so that a listing is in order of time, and
 * 32 hex digits derived from bucket, key and version for other uploads.
 */
export const KEYS = {
  /** Pictures that S3 clients put, under any name. */
  uploads: (endpoint: string) => `${ALL_UPLOADS}${endpoint}/`,
  /** Put by a presigned POST, under the promised id; the `=` separates it from names that users choose. */
  ticketedUpload: (endpoint: string, id: string) => `uploads/${endpoint}/id=${id}`,
  /** Captured inputs of HTTP requests, unchanged. */
  inputs: (endpoint: string) => `inputs/${endpoint}/`,
  input: (endpoint: string, id: string) => `inputs/${endpoint}/${id}`,
  annotated: (endpoint: string, id: string) => `annotated/${endpoint}/${id}.jpg`,
  results: (endpoint: string) => `results/${endpoint}/`,
  result: (endpoint: string, id: string) => `results/${endpoint}/${id}.json`,
  /** A human's decision about a prediction. */
  decisions: (endpoint: string) => `decisions/${endpoint}/`,
  decision: (endpoint: string, id: string) => `decisions/${endpoint}/${id}.json`,
  labels: (endpoint: string) => `labels/${endpoint}/`,
  /** Orders, status and records of all rollouts of an endpoint. */
  rollouts: (endpoint: string) => `rollouts/${endpoint}/`,
  control: (of: EndpointFunction) => `${rolloutsOf(of)}control.json`,
  /** Status of the last rollout, written by its last tick. */
  status: (of: EndpointFunction) => `${rolloutsOf(of)}status.json`,
  /** The plan of the last deployment, for rollouts that an operator starts. */
  plan: (of: EndpointFunction) => `${rolloutsOf(of)}plan.json`,
  challengers: (of: EndpointFunction, time: string) => `${rolloutsOf(of)}challengers/${time}.json`,
  /** What the folders of a version's rollouts begin with. */
  rolloutsOfVersion: (of: EndpointFunction, version: string) => `${rolloutsOf(of)}v${version}-`,
  /**
   * Folder of one rollout; the keys below take it.
   * @param rollout the name of its first execution: `v7-…`
   */
  rollout: (of: EndpointFunction, rollout: string) => `${rolloutsOf(of)}${rollout}/`,
  /** One record for each tick of a rollout, in order of their names. */
  audits: (folder: string) => `${folder}audit/`,
  audit: (folder: string, tick: number) => `${folder}audit/${padded(tick)}.json`,
  /**
   * The record of an operator's rollback, listed after the last tick's record and before the next one's.
   * @param time ISO 8601 in UTC, basic format: `20261122T120000Z`
   */
  rollbackAudit: (folder: string, tick: number, time: string) => `${folder}audit/${padded(tick)}.rollback-${time}.json`,
  /** Progress of a shadow, as a tick saved it for the next one. */
  progress: (folder: string, tick: number) => `${folder}progress/${padded(tick)}.json`,
  shadow: (folder: string) => `${folder}shadow.json`,
  people: (folder: string) => `${folder}people.json`,
  labelled: (folder: string) => `${folder}labels.json`,
  /** One record for each picture that a shadow compared. */
  comparisons: (folder: string) => `${folder}shadow/`,
  comparison: (folder: string, id: string) => `${folder}shadow/${id}.json`,
  /** Earlier releases had one status for an endpoint, and one folder for all rollouts of a version number. */
  formerStatus: (endpoint: string) => `rollouts/${endpoint}/status.json`,
  formerRollouts: (endpoint: string, version: string) => `rollouts/${endpoint}/v${version}/`,
} as const;

/** Under the function's name, so that a stack that is created again finds no record of the deleted one. */
function rolloutsOf({ endpoint, functionName }: EndpointFunction): string {
  return `rollouts/${endpoint}/${functionName}/`;
}

/** Six digits, so that the alphabetical order of keys is the order of ticks. */
function padded(tick: number): string {
  return String(tick).padStart(6, '0');
}

/** First segments of the keys that expire. Labelled sets stay until their deployment or their owner deletes them. */
export const KEY_PREFIXES = ['uploads/', 'inputs/', 'annotated/', 'results/', 'decisions/', 'rollouts/'] as const;

/** Namespace of a deployment's metrics, so that two deployments in one account share none. */
export function metricNamespace(deployment: string): string {
  return `MlDeployment/${deployment}`;
}

/**
 * Dimensions of metrics. Because CloudWatch charges for each dimension set of a metric, there are three sets:
 * - `service`: every request of an endpoint, and its steps
 * - `service`, `function`, `version`: live traffic and cold starts of a version
 * - `service`, `function`: rollouts
 */
export const DIMENSION = {
  /** The endpoint's name. */
  endpoint: 'service',
  /** The name of its detect function: a stack that is created again has another one, and counts its versions from 1. */
  function: 'function',
  /** The number of the version that answered. */
  version: 'version',
} as const;
/** Metrics that the functions write as EMF lines, in the namespace of `metricNamespace`. */
export const METRIC = {
  /** Requests and uploads that were answered, or stored for a human. Count. */
  predictions: 'Predictions',
  /** Requests rejected for their input (4xx, rejected uploads). Count. */
  rejections: 'Rejections',
  /** Requests that failed because of an internal error (5xx, retried uploads). Count. */
  failures: 'Failures',
  /** Objects found per prediction. Count. */
  objects: 'Objects',
  /**
   * Whole time of a request inside the function, the same for HTTP and uploads: from the call of the handler until the
   * result is stored. Includes fetching, parsing, detection and storing, and the load of the model where Lambda's init
   * phase of 10 s did not cover it. In a batch, each upload after the first starts where the previous one ended. Not
   * recorded for rejections, which end before the model runs, and for replays and golden pictures, which are no
   * caller's requests. By version, without the first request of each process. Milliseconds.
   */
  duration: 'RequestDuration',
  /** Steps of a prediction. Milliseconds. */
  step: {
    decode: 'Decode',
    tensor: 'Tensor',
    infer: 'Infer',
    boxes: 'Boxes',
    draw: 'Draw',
    encode: 'Encode',
    store: 'Store',
  },
  /** Per tick of a rollout: 1 while it waits for an operator, else 0. Count. */
  rolloutWaits: 'RolloutWaits',
  /** Per tick of a rollout: 1 when it rolled back, else 0. Count. */
  rolloutBack: 'RolloutBack',
  /** Per tick of a shadow: mean disagreement of the candidate's answers with the live ones so far, 0–100. Percent. */
  rolloutDisagreement: 'RolloutDisagreement',
  /** As `RequestDuration`, of the first request of a process, which is slower than later ones. Only by version. */
  firstDuration: 'FirstRequestDuration',
  /** From the start of a process until its model is loaded, once per process, only by version. Milliseconds. */
  initDuration: 'InitDuration',
} as const;
