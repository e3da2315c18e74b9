/** Checks what `endpoints.ts` says, all of it at once, and fills in the defaults. */

import type { z } from 'zod';
import type { EndpointSettings, ModelSummary } from '../functions/contract.ts';
import type { Deployment } from './config.ts';
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
  /** Its model packages, in the order of `settings.models`. */
  readonly models: readonly ModelSummary[];
}

/** A deployment with everything decided. */
export interface ResolvedDeployment extends Omit<ParsedDeployment, 'endpoints'> {
  readonly endpoints: readonly ResolvedEndpoint[];
}

/** One thing wrong with the settings. */
export interface Fault {
  /** Where: `endpoints[2].labels[0]`. */
  readonly path: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found there; undefined where nothing was. */
  readonly value: unknown;
}

/** The settings are wrong; `faults` has everything that is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ path, expected, value }) => `  ${path}: ${expected}, received ${show(value)}`);
    super(`lib/endpoints.ts has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** First segments of paths, and ids of stacks, that the platform itself takes. */
const RESERVED_NAMES: readonly string[] = ['candidate', 'docs', 'health', 'models', 'platform'];

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
  const faults = [
    ...(parsed.success ? [] : zodFaults(parsed.error, deployment, '')),
    ...checked.flatMap((endpoint) => endpoint.faults),
    ...nameFaults(declared),
  ];
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return { ...parsed.data, endpoints: checked.flatMap(({ endpoint }) => endpoint ?? []) };
}

interface Checked {
  readonly endpoint?: ResolvedEndpoint;
  readonly faults: readonly Fault[];
}

function checkEndpoint(endpoint: unknown, path: string, modelsFolder: string): Checked {
  const parsed = endpointSchema.safeParse(endpoint);
  if (!parsed.success) return { faults: zodFaults(parsed.error, endpoint, path) };
  const packages = modelNames(parsed.data).map(({ name, path: below }) =>
    readPackage(modelsFolder, name, `${path}.${below}`),
  );
  const models = packages.flatMap(({ model }) => model ?? []);
  const faults = [
    ...packages.flatMap((read) => read.faults),
    ...labelFaults(parsed.data, models, path),
    ...captureFaults(parsed.data, endpoint, path),
  ];
  return faults.length > 0 ? { faults } : { faults, endpoint: resolve(parsed.data, models) };
}

function modelNames(endpoint: ParsedEndpoint): { name: string; path: string }[] {
  if (endpoint.kind === 'count') return [{ name: endpoint.model, path: 'model' }];
  return endpoint.models.map((name, index) => ({ name, path: `models[${index}]` }));
}

function readPackage(folder: string, name: string, path: string): { model?: ModelSummary; faults: readonly Fault[] } {
  try {
    return { model: readModelPackage(folder, name), faults: [] };
  } catch (error) {
    if (error instanceof ModelPackageError) return { faults: [{ path, expected: error.message, value: name }] };
    throw error;
  }
}

function labelFaults(endpoint: ParsedEndpoint, models: readonly ModelSummary[], path: string): Fault[] {
  if (endpoint.kind === 'predict') return repeated(endpoint.models, `${path}.models`);
  const [model] = models;
  const unknown = endpoint.labels.flatMap((label, index) =>
    model && !model.labels.includes(label)
      ? [
          {
            path: `${path}.labels[${index}]`,
            expected: `expected a label of ${model.name}: ${model.labels.join(', ')}`,
            value: label,
          },
        ]
      : [],
  );
  return [...unknown, ...repeated(endpoint.labels, `${path}.labels`)];
}

/** Looks at what was declared, since a default is no fault. */
function captureFaults(parsed: ParsedEndpoint, declared: unknown, path: string): Fault[] {
  const { capture: value } = declared as { capture?: unknown };
  if (value === undefined || parsed.kind !== 'count' || parsed.answeredBy === 'model') return [];
  return [
    { path: `${path}.capture`, expected: 'expected nothing where a human answers: every picture is kept', value },
  ];
}

function repeated(values: readonly string[], path: string): Fault[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index
      ? [
          {
            path: `${path}[${index}]`,
            expected: `expected something else than ${path}[${values.indexOf(value)}]`,
            value,
          },
        ]
      : [],
  );
}

function nameFaults(endpoints: readonly unknown[]): Fault[] {
  const names = endpoints.map((endpoint) => (endpoint as { name?: unknown } | null)?.name);
  const ids = names.map((name) => (typeof name === 'string' ? stackId(name) : undefined));
  return names.flatMap((value, index) => {
    const path = `endpoints[${index}].name`;
    if (typeof value !== 'string') return [];
    if (RESERVED_NAMES.includes(value)) {
      return [{ path, expected: `expected none of the platform's own names: ${RESERVED_NAMES.join(', ')}`, value }];
    }
    const first = ids.indexOf(ids[index]);
    if (first === index) return [];
    return [{ path, expected: `expected another stack than ${ids[index]}, that of endpoints[${first}]`, value }];
  });
}

/** `count-cars` → `CountCars`. */
export function stackId(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function resolve(endpoint: ParsedEndpoint, models: readonly ModelSummary[]): ResolvedEndpoint {
  const { memoryMb, timeoutSeconds, reservedConcurrency, ...told } = endpoint;
  return {
    settings: endpointSettings(told),
    stackId: stackId(endpoint.name),
    memoryMb,
    timeoutSeconds,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    models,
  };
}

type Told = ParsedEndpoint extends infer E
  ? E extends unknown
    ? Omit<E, 'memoryMb' | 'timeoutSeconds' | 'reservedConcurrency'>
    : never
  : never;

function endpointSettings(told: Told): EndpointSettings {
  if (told.kind === 'predict') return { ...told, answeredBy: 'model' };
  const { model, ...rest } = told;
  return { ...rest, models: [model] };
}

function zodFaults(error: z.ZodError, root: unknown, prefix: string): Fault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => fault(root, [...issue.path, key], 'expected no such key', prefix));
    }
    return [fault(root, issue.path, issue.message, prefix)];
  });
}

function fault(root: unknown, path: readonly PropertyKey[], expected: string, prefix: string): Fault {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
  const below = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return { path: `${prefix}${below}`.replace(/^\./, ''), expected, value };
}
