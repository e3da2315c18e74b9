/** Checks what `endpoints.ts` says, all of it at once, and fills in the defaults. */

import type { EndpointSettings, ModelSummary } from '../functions/contract.ts';
import { type CheckResult, checkPlan } from '../functions/plan/check-plan.ts';
import { blueGreen, DEFAULT_PLAN, type Plan } from '../functions/plan/plan.ts';
import type { CheckedPlan } from '../functions/plan/plan-schema.ts';
import type { Deployment } from './config.ts';
import { ConfigError, type Fault, repetitions, schemaFaults } from './config-errors.ts';
import { deploymentSchema, endpointSchema, type ParsedDeployment, type ParsedEndpoint } from './config-schema.ts';
import { MODELS, ModelPackageError, readModelPackage } from './models.ts';

/** An endpoint with everything decided. */
export interface ResolvedEndpoint {
  /** What its function is told. */
  readonly settings: EndpointSettings;
  /** Construct id of its stack: `CountCars`. */
  readonly stackId: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency?: number;
  /** How a new version of it earns its traffic. */
  readonly plan: CheckedPlan;
  /** Its model packages, in the order of `settings.models`. */
  readonly models: readonly ModelSummary[];
}

/** A deployment with everything decided. */
export interface ResolvedDeployment extends Omit<ParsedDeployment, 'endpoints'> {
  /** Where its model packages lie. */
  readonly modelsFolder: string;
  readonly endpoints: readonly ResolvedEndpoint[];
}

/** First segments of paths, and ids of stacks, that the platform itself takes. */
const RESERVED_NAMES: readonly string[] = ['candidate', 'docs', 'health', 'models', 'platform', 'status'];

/** Lambda's environment may have 4096 bytes in all; the rest is for its other variables. */
const MAX_SETTINGS_BYTES = 3500;

/**
 * Checks the settings and fills in the defaults.
 *
 * @param deployment what `endpoints.ts` exports.
 * @param modelsFolder where model packages lie; the repository's `models/` by default.
 * @throws ConfigError with every fault: its path, what was expected, what was found.
 */
export function checkConfig(deployment: Deployment, modelsFolder = MODELS): ResolvedDeployment {
  const parsed = deploymentSchema.safeParse(deployment);
  const declared: readonly unknown[] = Array.isArray(deployment?.endpoints) ? deployment.endpoints : [];
  const checked = declared.map((endpoint, index) => checkEndpoint(endpoint, `endpoints[${index}]`, modelsFolder));
  const endpoints = checked.flatMap(({ endpoint }) => endpoint ?? []);
  const faults = [
    ...(parsed.success ? [] : schemaFaults(parsed.error, deployment, '')),
    ...checked.flatMap((endpoint) => endpoint.faults),
    ...nameFaults(declared),
    ...lifetimeFaults(deployment, endpoints),
  ];
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return { ...parsed.data, modelsFolder, endpoints };
}

interface Checked {
  readonly endpoint?: ResolvedEndpoint;
  readonly faults: readonly Fault[];
}

function checkEndpoint(declared: unknown, path: string, modelsFolder: string): Checked {
  const parsed = endpointSchema.safeParse(declared);
  if (!parsed.success) return { faults: schemaFaults(parsed.error, declared, path) };
  const packages = modelNames(parsed.data).map(([name, below]) => readPackage(modelsFolder, name, `${path}.${below}`));
  const rollout = checkRollout(parsed.data, `${path}.rollout`);
  const models = packages.flatMap(({ model }) => model ?? []);
  const endpoint = resolve(parsed.data, models, rollout.plan ?? []);
  const faults = [
    ...rollout.faults,
    ...packages.flatMap((read) => read.faults),
    ...labelFaults(endpoint, path),
    ...noEffectFaults(endpoint, declared as Record<string, unknown>, path),
    ...(parsed.data.kind === 'predict' ? repetitions(parsed.data.models, `${path}.models`) : []),
    ...sizeFaults(endpoint, path),
  ];
  return { faults, ...(faults.length === 0 ? { endpoint } : {}) };
}

/** A version whose answers are a human's has no answers to shadow: its plan watches it with all traffic. */
const HUMAN_PLAN: Plan = [blueGreen({ bake: '15m', gates: { latency: false } })];

function checkRollout(endpoint: ParsedEndpoint, path: string): CheckResult {
  const byHuman = endpoint.kind === 'count' && endpoint.answeredBy === 'human';
  const { kind, rollout = byHuman ? HUMAN_PLAN : DEFAULT_PLAN } = endpoint;
  return checkPlan(rollout, { kind, capture: byHuman ? 1 : endpoint.capture, path });
}

function modelNames(endpoint: ParsedEndpoint): [name: string, path: string][] {
  if (endpoint.kind === 'count') return [[endpoint.model, 'model']];
  return endpoint.models.map((name, index) => [name, `models[${index}]`]);
}

function readPackage(folder: string, name: string, path: string): { model?: ModelSummary; faults: readonly Fault[] } {
  try {
    return { model: readModelPackage(folder, name), faults: [] };
  } catch (error) {
    if (error instanceof ModelPackageError) return { faults: [{ path, expected: error.message, value: name }] };
    throw error;
  }
}

function labelFaults({ settings: { labels = [] }, models: [model] }: ResolvedEndpoint, path: string): Fault[] {
  const unknown = labels.flatMap((value, index) => {
    if (!model || model.labels.includes(value)) return [];
    const expected = `expected a label of ${model.name}: ${model.labels.join(', ')}`;
    return [{ path: `${path}.labels[${index}]`, expected, value }];
  });
  return [...unknown, ...repetitions(labels, `${path}.labels`)];
}

/** Looks at what was declared, for a default without effect is no fault. */
function noEffectFaults({ settings }: ResolvedEndpoint, declared: Record<string, unknown>, path: string): Fault[] {
  if (settings.answeredBy !== 'human') return [];
  const expected = 'expected nothing where a human answers: no model runs, and every picture is kept';
  return ['confidence', 'iou', 'maxSide', 'capture']
    .filter((key) => declared[key] !== undefined)
    .map((key) => ({ path: `${path}.${key}`, expected, value: declared[key] }));
}

function sizeFaults({ settings }: ResolvedEndpoint, path: string): Fault[] {
  const value = Buffer.byteLength(JSON.stringify(settings));
  if (value <= MAX_SETTINGS_BYTES) return [];
  return [{ path, expected: `expected at most ${MAX_SETTINGS_BYTES} bytes as JSON; name fewer labels`, value }];
}

function nameFaults(endpoints: readonly unknown[]): Fault[] {
  const names = endpoints.map((endpoint) => (endpoint as { name?: unknown } | null)?.name);
  const ids = names.map((name) => (typeof name === 'string' ? stackId(name) : undefined));
  return names.flatMap((value, index) => {
    const first = ids.indexOf(ids[index]);
    const path = `endpoints[${index}].name`;
    if (typeof value !== 'string') return [];
    if (RESERVED_NAMES.includes(value)) {
      return [{ path, expected: `expected none of the platform's own names: ${RESERVED_NAMES.join(', ')}`, value }];
    }
    if (first === index) return [];
    return [{ path, expected: `expected another stack than ${ids[index]}, that of endpoints[${first}]`, value }];
  });
}

function lifetimeFaults(deployment: Deployment, endpoints: readonly ResolvedEndpoint[]): Fault[] {
  const value = deployment?.lifetimeDays?.inputs;
  const kept = endpoints.some(({ settings }) => settings.capture > 0 || settings.answeredBy === 'human');
  if (value === undefined || kept || endpoints.length === 0) return [];
  return [{ path: 'lifetimeDays.inputs', expected: 'expected nothing where no endpoint captures inputs', value }];
}

/** `count-cars` → `CountCars`. */
export function stackId(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function resolve(endpoint: ParsedEndpoint, models: readonly ModelSummary[], plan: CheckedPlan): ResolvedEndpoint {
  const { memoryMb, timeoutSeconds, reservedConcurrency, rollout: _, ...told } = endpoint;
  return {
    settings: settingsOf(told),
    stackId: stackId(endpoint.name),
    memoryMb,
    timeoutSeconds,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    plan,
    models,
  };
}

type Told = OmitEach<ParsedEndpoint, 'memoryMb' | 'timeoutSeconds' | 'reservedConcurrency' | 'rollout'>;
type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function settingsOf(told: Told): EndpointSettings {
  if (told.kind === 'predict') return { ...told, answeredBy: 'model' };
  const { model, ...rest } = told;
  return { ...rest, models: [model] };
}
