/** Checks the settings in `endpoints.ts`, reports every fault at once, and fills in the defaults. */

import type { EndpointSettings, ModelSummary } from '../functions/contract.ts';
import { type CheckResult, checkPlan } from '../functions/plan/check-plan.ts';
import { type Fault, schemaFaults } from '../functions/plan/fault.ts';
import { blueGreen, DEFAULT_PLAN, type Plan } from '../functions/plan/plan.ts';
import { apiFaults } from './api-settings.ts';
import { batchFaults, type ResolvedBatch, resolveBatch } from './batch-settings.ts';
import { concurrencyFaults, defaultUploadConcurrency, memoryFaults } from './capacity.ts';
import type { Deployment } from './config.ts';
import { ConfigError, notExported, repetitions } from './config-errors.ts';
import { deploymentSchema, endpointSchema, type ParsedDeployment, type ParsedEndpoint } from './config-schema.ts';
import { captureFaults, driftFaults } from './drift-settings.ts';
import { eventsFaults, eventsSchema } from './events-settings.ts';
import { type SetOwner, type StoredPlan, setFaults, storePlan } from './labelled-folder.ts';
import { labelledFaults, type ResolvedLabelled, resolveLabelled } from './labelled-photos.ts';
import { MODELS, packagesOf, readPackage } from './models.ts';
import { type ResolvedReview, reviewFaults } from './review-settings.ts';
import { tablesFaults } from './tables-settings.ts';

/** An endpoint with its defaults filled in. */
export interface ResolvedEndpoint extends StoredPlan, ResolvedLabelled, ResolvedReview {
  /** Settings that its function reads from the environment. */
  readonly settings: EndpointSettings;
  /** Construct id of its stack: `CountCars`. */
  readonly stackId: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency?: number;
  readonly uploadConcurrency: number;
  /** Absent: it runs no batch jobs. */
  readonly batch?: ResolvedBatch;
  /** Its model packages, in the order of `settings.models`. */
  readonly models: readonly ModelSummary[];
}

/** A deployment with its defaults filled in. */
export interface ResolvedDeployment extends Omit<ParsedDeployment, 'endpoints'> {
  /** Folder of the model packages. */
  readonly modelsFolder: string;
  readonly endpoints: readonly ResolvedEndpoint[];
}

/** First path segments and stack ids that the platform itself uses. */
const RESERVED_NAMES: readonly string[] = ['candidate', 'docs', 'health', 'models', 'platform', 'status'];

/** Lambda allows 4096 bytes for all environment variables; the rest is for the other variables. */
const MAX_SETTINGS_BYTES = 3500;

/**
 * Checks the settings and fills in the defaults.
 *
 * @param deployment what `endpoints.ts` exports.
 * @param modelsFolder folder of the model packages. Default: the repository's `models/`.
 * @param file of the settings, for the messages. Default: the repository's `lib/endpoints.ts`.
 * @throws ConfigError with every fault: path, expectation, received value.
 */
export function checkConfig(
  deployment: Deployment,
  modelsFolder = MODELS,
  file = 'lib/endpoints.ts',
): ResolvedDeployment {
  if (typeof deployment !== 'object' || deployment === null || Array.isArray(deployment))
    throw notExported(deployment, file);
  const parsed = deploymentSchema.safeParse(deployment);
  const declared: readonly unknown[] = Array.isArray(deployment?.endpoints) ? deployment.endpoints : [];
  const checked = declared.map((endpoint, index) => checkEndpoint(endpoint, `endpoints[${index}]`, modelsFolder));
  const endpoints = checked.flatMap(({ endpoint }) => endpoint ?? []);
  // Parsed alone, because a fault elsewhere must not hide those of the events.
  const events = deployment.events && eventsSchema.safeParse(deployment.events).data;
  const faults = [
    ...(parsed.success ? [] : schemaFaults(parsed.error, deployment, '')),
    ...checked.flatMap((endpoint) => endpoint.faults),
    ...nameFaults(declared),
    ...(checked.every(({ endpoint }) => endpoint) ? lifetimeFaults(deployment, endpoints) : []),
    ...tablesFaults(deployment),
    ...apiFaults(deployment?.api),
    ...eventsFaults(events, { ...deployment, hasBatch: declared.some(hasBatch) }),
    ...driftFaults(deployment.lifetimeDays?.rollouts, events?.webhooks ?? [], declared),
  ];
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults, file);
  return { ...parsed.data, modelsFolder, endpoints };
}

function hasBatch(endpoint: unknown): boolean {
  return (endpoint as { batch?: unknown } | null)?.batch !== undefined;
}

interface Checked {
  readonly endpoint?: ResolvedEndpoint;
  readonly faults: readonly Fault[];
}

function checkEndpoint(declared: unknown, path: string, modelsFolder: string): Checked {
  const parsed = endpointSchema.safeParse(declared);
  if (!parsed.success) return { faults: schemaFaults(parsed.error, declared, path) };
  const packages = modelNames(parsed.data).map(([name, below]) => readPackage(modelsFolder, name, `${path}.${below}`));
  const models = packages.flatMap(({ model }) => model ?? []);
  const owner = ownerOf(parsed.data, models);
  const rollout = checkRollout(parsed.data, `${path}.rollout`, owner);
  const plan = rollout.plan ?? [];
  const more = { ...storePlan(plan, owner), ...resolveLabelled(parsed.data, plan) };
  const endpoint = resolve(parsed.data, models, more);
  const faults = [
    ...rollout.faults,
    ...packages.flatMap((read) => read.faults),
    ...labelFaults(endpoint, path),
    ...concurrencyFaults(parsed.data, path),
    ...memoryFaults(parsed.data, path),
    ...batchFaults(parsed.data, path),
    ...reviewFaults(parsed.data, path),
    ...labelledFaults({ ...parsed.data, ...owner, plan }, `${path}.labelled`),
    ...noEffectFaults(endpoint, declared as Record<string, unknown>, path),
    ...captureFaults(endpoint.settings, path),
    ...(parsed.data.kind === 'predict' ? repetitions(parsed.data.models, `${path}.models`) : []),
    ...sizeFaults(endpoint, path),
  ];
  return { faults, ...(faults.length === 0 ? { endpoint } : {}) };
}

/**
 * A shadow compares a model's answers, and a human-answered endpoint has none: its plan observes all traffic instead.
 */
const HUMAN_PLAN: Plan = [blueGreen({ bake: '15m', gates: { latency: false } })];

function ownerOf(endpoint: ParsedEndpoint, [first]: readonly ModelSummary[]): SetOwner {
  return { name: endpoint.name, labels: endpoint.kind === 'count' ? endpoint.labels : (first?.labels ?? []) };
}

function checkRollout(endpoint: ParsedEndpoint, path: string, owner: SetOwner): CheckResult {
  const byHuman = endpoint.kind === 'count' && endpoint.answeredBy === 'human';
  const { kind, requestsPerMinute, rollout = byHuman ? HUMAN_PLAN : DEFAULT_PLAN } = endpoint;
  return checkPlan(rollout, {
    kind,
    answeredBy: byHuman ? 'human' : 'model',
    capture: byHuman ? 1 : endpoint.capture,
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    setFaults: (shadow, at) => setFaults(shadow, at, owner),
    path,
  });
}

function modelNames(endpoint: ParsedEndpoint): [name: string, path: string][] {
  if (endpoint.kind === 'count') return [[endpoint.model, 'model']];
  return endpoint.models.map((name, index) => [name, `models[${index}]`]);
}

function labelFaults({ settings: { labels = [] }, models: [model] }: ResolvedEndpoint, path: string): Fault[] {
  const unknown = labels.flatMap((value, index) => {
    if (!model || model.labels.includes(value)) return [];
    const expected = `Expected a label of ${model.name}: ${model.labels.join(', ')}`;
    return [{ path: `${path}.labels[${index}]`, expected, value }];
  });
  return [...unknown, ...repetitions(labels, `${path}.labels`)];
}

/** Reads the declared settings, because a default without effect is no fault. */
function noEffectFaults({ settings }: ResolvedEndpoint, declared: Record<string, unknown>, path: string): Fault[] {
  if (settings.answeredBy !== 'human') return [];
  const expected = 'Expected no value: an endpoint answered by a human runs no model and keeps every picture';
  return ['confidence', 'iou', 'maxSide', 'capture', 'drift', 'review']
    .filter((key) => declared[key] !== undefined)
    .map((key) => ({ path: `${path}.${key}`, expected, value: declared[key] }));
}

function sizeFaults({ settings }: ResolvedEndpoint, path: string): Fault[] {
  const value = Buffer.byteLength(JSON.stringify(settings));
  if (value <= MAX_SETTINGS_BYTES) return [];
  return [
    { path, expected: `Expected at most ${MAX_SETTINGS_BYTES} bytes of settings as JSON (use fewer labels)`, value },
  ];
}

function nameFaults(endpoints: readonly unknown[]): Fault[] {
  const names = endpoints.map((endpoint) => (endpoint as { name?: unknown } | null)?.name);
  const ids = names.map((name) => (typeof name === 'string' ? stackId(name) : undefined));
  return names.flatMap((value, index) => {
    const first = ids.indexOf(ids[index]);
    const path = `endpoints[${index}].name`;
    if (typeof value !== 'string') return [];
    if (RESERVED_NAMES.includes(value)) {
      return [{ path, expected: `Expected none of the reserved names ${RESERVED_NAMES.join(', ')}`, value }];
    }
    if (first === index) return [];
    return [
      {
        path,
        expected: `Expected a name with a stack other than ${ids[index]}, which endpoints[${first}] uses`,
        value,
      },
    ];
  });
}

function lifetimeFaults(deployment: Deployment, endpoints: readonly ResolvedEndpoint[]): Fault[] {
  const value = deployment?.lifetimeDays?.inputs;
  const kept = endpoints.some(({ settings }) => settings.capture > 0 || settings.answeredBy === 'human');
  if (value === undefined || kept || endpoints.length === 0) return [];
  const expected = 'Expected no value because no endpoint captures inputs';
  return [{ path: 'lifetimeDays.inputs', expected, value }];
}

/** `count-cars` → `CountCars`. */
export function stackId(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function resolve(
  endpoint: ParsedEndpoint,
  models: readonly ModelSummary[],
  more: StoredPlan & ResolvedLabelled,
): ResolvedEndpoint {
  const { memoryMb, timeoutSeconds, reservedConcurrency, uploadConcurrency, requestsPerMinute: _, ...all } = endpoint;
  const { rollout: __, batch: ___, labelled: ____, review, ...rest } = all;
  const batch = resolveBatch(endpoint);
  return {
    settings: { ...settingsOf(rest), ...packagesOf(models) },
    stackId: stackId(endpoint.name),
    memoryMb,
    timeoutSeconds,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    uploadConcurrency: uploadConcurrency ?? defaultUploadConcurrency(reservedConcurrency),
    ...(batch && { batch }),
    ...(review && { review }),
    ...more,
    models,
  };
}

type FunctionOptions = OmitEach<
  ParsedEndpoint,
  | 'memoryMb'
  | 'timeoutSeconds'
  | 'reservedConcurrency'
  | 'uploadConcurrency'
  | 'requestsPerMinute'
  | 'rollout'
  | 'batch'
  | 'labelled'
  | 'review'
>;
type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function settingsOf(options: FunctionOptions): EndpointSettings {
  if (options.kind === 'predict') return { ...options, answeredBy: 'model' };
  const { model, ...rest } = options;
  return { ...rest, models: [model] };
}
