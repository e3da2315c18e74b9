/** Checks one endpoint of the settings, reports every fault at once, and fills in its defaults. */

import type { EndpointSettings, ModelSummary } from '../functions/contract.ts';
import { type CheckResult, checkPlan } from '../functions/plan/check-plan.ts';
import { type Fault, schemaFaults } from '../functions/plan/fault.ts';
import { blueGreen, DEFAULT_PLAN, type Plan } from '../functions/plan/plan.ts';
import { batchFaults, type ResolvedBatch, resolveBatch } from './batch-settings.ts';
import { concurrencyFaults, defaultUploadConcurrency, memoryFaults } from './capacity.ts';
import { repetitions } from './config-errors.ts';
import { endpointSchema, type ParsedEndpoint } from './config-schema.ts';
import { captureFaults } from './drift-settings.ts';
import { sizeFaults } from './endpoint-variable.ts';
import { type Declared, furtherFaults, isOfAnyKind, STAND_IN, seemingKind } from './further-faults.ts';
import { type SetOwner, type StoredPlan, setFaults, storePlan } from './labelled-folder.ts';
import { labelledFaults, type ResolvedLabelled, resolveLabelled } from './labelled-photos.ts';
import { packagesOf, readPackage } from './models.ts';
import { type ResolvedReview, reviewFaults } from './review-settings.ts';

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

/** What an endpoint has from outside its settings. */
export interface Surroundings extends Pick<EndpointSettings, 'operatorScopes'> {
  /** Folder of the model packages. */
  readonly modelsFolder: string;
}

/** What a check has found. */
export interface Checked {
  /** Absent where there are faults. */
  readonly endpoint?: ResolvedEndpoint;
  readonly faults: readonly Fault[];
}

/** Checks an endpoint as declared, and fills in the defaults. @param path of the endpoint, for the faults */
export function checkEndpoint(declared: unknown, path: string, surroundings: Surroundings): Checked {
  const parsed = endpointSchema.safeParse(declared);
  if (parsed.success) return checkParsed(parsed.data, declared as Declared, path, surroundings);
  const { issues } = parsed.error;
  const check = (right: ParsedEndpoint, as: Declared) => checkParsed(right, as, path, surroundings).faults;
  const kind = seemingKind(declared, issues);
  const further = kind
    ? checkEndpoint({ ...(declared as Declared), kind }, path, surroundings).faults.filter((one) =>
        isOfAnyKind(one, path),
      )
    : furtherFaults(declared, issues, path, check);
  return { faults: [...schemaFaults(parsed.error, declared, path), ...further] };
}

function checkParsed(parsed: ParsedEndpoint, declared: Declared, path: string, surroundings: Surroundings): Checked {
  const packages = modelNames(parsed).map(([name, below]) =>
    readPackage(surroundings.modelsFolder, name, `${path}.${below}`),
  );
  const models = packages.flatMap(({ model }) => model ?? []);
  const owner = ownerOf(parsed, packages[0]?.model);
  const rollout = checkRollout(parsed, `${path}.rollout`, owner);
  const plan = rollout.plan ?? [];
  const more = { ...storePlan(plan, owner), ...resolveLabelled(parsed, plan) };
  const endpoint = resolve(parsed, models, more);
  const faults = [
    ...rollout.faults,
    ...packages.flatMap((read) => read.faults),
    ...labelFaults(endpoint, path),
    ...concurrencyFaults(parsed, path),
    ...memoryFaults(parsed, path),
    ...batchFaults(parsed, path),
    ...reviewFaults(parsed, path),
    ...labelledFaults({ ...parsed, ...owner, plan }, `${path}.labelled`),
    ...noEffectFaults(endpoint, declared, path),
    ...captureFaults(endpoint.settings, path),
    ...(parsed.kind === 'predict' ? repetitions(parsed.models, `${path}.models`) : []),
    ...sizeFaults(endpoint.settings, surroundings, path),
  ];
  return { faults, ...(faults.length === 0 ? { endpoint } : {}) };
}

/**
 * A shadow compares a model's answers, and a human-answered endpoint has none: its plan observes all traffic instead.
 */
const HUMAN_PLAN: Plan = [blueGreen({ bake: '15m', gates: { latency: false } })];

function ownerOf(endpoint: ParsedEndpoint, first: ModelSummary | undefined): SetOwner {
  const labels = endpoint.kind === 'count' ? endpoint.labels : (first?.labels ?? []);
  return { name: endpoint.name, labels: labels.includes(STAND_IN) ? [] : labels };
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
