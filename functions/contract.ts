/**
 * The names that the stacks (`lib`), the functions and the laptop (`local`) share: environment variables, the key
 * layout of the bucket, metric names. It imports nothing, so that each side can import it.
 */

/** Environment variables that the stacks set and the functions read. */
export const ENV = {
  /** The bucket of this deployment: uploads, inputs, pictures, results, decisions, rollout records. */
  bucket: 'BUCKET_NAME',
  /** `EndpointSettings` as JSON: what a detect function serves. */
  endpoint: 'ENDPOINT_SETTINGS',
  /** `PlatformSettings` as JSON: what the docs function tells about. */
  platform: 'PLATFORM_SETTINGS',
  /** The endpoint whose rollouts a status function tells about: its name, its detect function's, its machine's ARN. */
  endpointName: 'ENDPOINT_NAME',
  detectFunction: 'DETECT_FUNCTION',
  machine: 'ROLLOUT_MACHINE',
} as const;

/** The folder beside a function's `index.js` that holds its model packages, one folder each, as in `models/`. */
export const MODELS_FOLDER = 'models';

/** What one detect function serves. Part of the published version: a change of any of it is a new version. */
export interface EndpointSettings {
  /** The endpoint's name, the first segment of its paths: `count-cars`. */
  readonly name: string;
  /**
   * `count`: answers JSON with the number of objects of `labels`, from the first model.
   * `predict`: answers the annotated picture unless JSON is asked for; the request must name one of `models`.
   */
  readonly kind: 'count' | 'predict';
  /**
   * Who answers callers. `human`: the model's answer is never shown; callers get the decision that came with the request
   * or later, or none yet, and the picture is kept so that a candidate can be compared with the human.
   */
  readonly answeredBy: 'model' | 'human';
  /** Names of the model packages in the function's code, the default one first. */
  readonly models: readonly [string, ...string[]];
  /** The labels that are detected and counted; without it, all that the model knows. */
  readonly labels?: readonly string[];
  /** Least confidence of a detection, 0–1; without it, each label's own threshold from the model's manifest. */
  readonly confidence?: number;
  /** IoU over which two boxes are the same object, 0–1; without it, the manifest's. */
  readonly iou?: number;
  /** Longer side of the annotated picture in pixels, unless a request asks for less (or more, up to `MAX_SIDE_LIMIT`). */
  readonly maxSide: number;
  /** Most pixels (width × height) that a picture may have; more is refused before it is decoded. */
  readonly maxPixels: number;
  /** Most bytes that an upload by S3 may have. */
  readonly maxUploadBytes: number;
  /** Share of HTTP requests, 0–1, whose input picture is kept for shadow comparisons. */
  readonly capture: number;
  /** Lifetime of presigned URLs in seconds. */
  readonly urlSeconds: number;
}

/** What the docs function tells about. Contains nothing secret. */
export interface PlatformSettings {
  /** The deployment's name. */
  readonly name: string;
  /** How callers prove who they are. */
  readonly auth: 'iam' | 'jwt' | 'none';
  /** The endpoints with the models they serve. */
  readonly endpoints: readonly (Pick<EndpointSettings, 'name' | 'kind' | 'models' | 'labels' | 'confidence'> & {
    readonly modelSummaries: readonly ModelSummary[];
  })[];
}

/** A model package in short, taken from its manifest at synth. */
export interface ModelSummary {
  readonly name: string;
  readonly version: string;
  readonly family: string;
  readonly sha256: string;
  readonly licence: string;
  readonly labels: readonly string[];
  readonly thresholds: ModelThresholds;
}

/** From when on a detection counts, as the manifest says. */
export interface ModelThresholds {
  /** Least confidence where `perLabel` says nothing else, 0–1. */
  readonly confidence: number;
  readonly perLabel: Readonly<Record<string, number>>;
  readonly iou: number;
  /** What a request may ask for, both inclusive. */
  readonly bounds: Readonly<Record<'confidence' | 'iou', { readonly min: number; readonly max: number }>>;
}

/** Largest `max_side` that a request may ask for, pixels. */
export const MAX_SIDE_LIMIT = 4096;

/** Aliases of each endpoint's function. */
export const ALIAS = { live: 'live', candidate: 'candidate' } as const;

/**
 * Where everything lies in the bucket. `id` is a UUIDv7 for HTTP requests (so a listing is in order of time) and 32 hex
 * digits derived from bucket, key and version for uploads.
 */
export const KEYS = {
  /** Pictures put by S3 clients, any name below. */
  uploads: (endpoint: string) => `uploads/${endpoint}/`,
  /**
   * Pictures put by a presigned POST from `POST /{endpoint}/uploads`: the id was promised, so it is in the key, and
   * the `=` keeps it apart from names that people choose.
   */
  ticketedUpload: (endpoint: string, id: string) => `uploads/${endpoint}/id=${id}`,
  /** Captured inputs of HTTP requests, the bytes as they came. */
  inputs: (endpoint: string) => `inputs/${endpoint}/`,
  input: (endpoint: string, id: string) => `inputs/${endpoint}/${id}`,
  annotated: (endpoint: string, id: string) => `annotated/${endpoint}/${id}.jpg`,
  results: (endpoint: string) => `results/${endpoint}/`,
  result: (endpoint: string, id: string) => `results/${endpoint}/${id}.json`,
  /** What a human decided about a prediction. */
  decisions: (endpoint: string) => `decisions/${endpoint}/`,
  decision: (endpoint: string, id: string) => `decisions/${endpoint}/${id}.json`,
  /** Shadow comparisons, audit records and reports of an endpoint's rollouts. */
  rollouts: (endpoint: string) => `rollouts/${endpoint}/`,
  /** What an operator asks of the running rollout. */
  control: (endpoint: string) => `rollouts/${endpoint}/control.json`,
  /** Where the last rollout stands, as its last tick left it. */
  status: (endpoint: string) => `rollouts/${endpoint}/status.json`,
  /** One record for each tick of a version's rollout, in order of their names. */
  audits: (endpoint: string, version: string) => `rollouts/${endpoint}/v${version}/audit/`,
  audit: (endpoint: string, version: string, tick: number) =>
    `rollouts/${endpoint}/v${version}/audit/${padded(tick)}.json`,
  /**
   * The record of an operator's rollback, listed after the last tick's record and before the next one's.
   * @param time ISO 8601 in UTC, basic format: `20261122T120000Z`
   */
  rollbackAudit: (endpoint: string, version: string, tick: number, time: string) =>
    `rollouts/${endpoint}/v${version}/audit/${padded(tick)}.rollback-${time}.json`,
  /** Sums and bounds of a version's shadow. */
  shadow: (endpoint: string, version: string) => `rollouts/${endpoint}/v${version}/shadow.json`,
  /** One record for each picture that a version's shadow compared. */
  comparisons: (endpoint: string, version: string) => `rollouts/${endpoint}/v${version}/shadow/`,
  comparison: (endpoint: string, version: string, id: string) => `rollouts/${endpoint}/v${version}/shadow/${id}.json`,
} as const;

/** Six digits, so that the alphabetical order of keys is the order of ticks. */
function padded(tick: number): string {
  return String(tick).padStart(6, '0');
}

/** First segments of the bucket's keys: what may expire on its own, and what a function may touch. */
export const KEY_PREFIXES = ['uploads/', 'inputs/', 'annotated/', 'results/', 'decisions/', 'rollouts/'] as const;

/**
 * Metrics that the detect function writes as EMF lines (namespace `METRIC_NAMESPACE`). `service` is the endpoint's name,
 * `version` the executed function version, of live traffic only. Steps are told by `service` alone: a metric costs money for each of its
 * dimension sets.
 */
export const METRIC_NAMESPACE = 'MlDeployment';
export const DIMENSION = { endpoint: 'service', version: 'version' } as const;
export const METRIC = {
  /** Requests that got an answer with detections. Count. */
  predictions: 'Predictions',
  /** Requests refused for their input (4xx, rejected uploads). Count. */
  rejections: 'Rejections',
  /** Requests that failed on our side (5xx, retried uploads). Count. */
  failures: 'Failures',
  /** Objects found per prediction. Count. */
  objects: 'Objects',
  /** Whole time of a request inside the function. Milliseconds. */
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
  /** Per tick of a rollout: 1 while it waits for a person, else 0. Count. */
  rolloutWaits: 'RolloutWaits',
  /** Per tick of a rollout: 1 when it went back, else 0. Count. */
  rolloutBack: 'RolloutBack',
  /** Per tick of a shadow of live: mean agreement of the candidate's answers so far, 0–100. Percent. */
  rolloutAgreement: 'RolloutAgreement',
  /** 1 for the first request of a process. Count. */
  coldStart: 'ColdStart',
} as const;
