/** Checks the settings in `endpoints.ts`, reports every fault at once, and fills in the defaults. */

import { type Fault, schemaFaults } from '../functions/plan/fault.ts';
import { apiFaults } from './api-settings.ts';
import { checkEndpoint, type ResolvedEndpoint, type Surroundings, stackId } from './check-endpoint.ts';
import type { Deployment } from './config.ts';
import { ConfigError, notExported } from './config-errors.ts';
import { deploymentSchema, type ParsedDeployment, scopesSchema } from './config-schema.ts';
import { driftFaults } from './drift-settings.ts';
import { eventsFaults, eventsSchema } from './events-settings.ts';
import { MODELS } from './models.ts';
import { tablesFaults } from './tables-settings.ts';

export { type ResolvedEndpoint, stackId } from './check-endpoint.ts';

/** A deployment with its defaults filled in. */
export interface ResolvedDeployment extends Omit<ParsedDeployment, 'endpoints'> {
  /** Folder of the model packages. */
  readonly modelsFolder: string;
  readonly endpoints: readonly ResolvedEndpoint[];
}

/** First path segments and stack ids that the platform itself uses. */
const RESERVED_NAMES: readonly string[] = ['candidate', 'docs', 'health', 'models', 'platform', 'status'];

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
  const declared: readonly unknown[] = Array.isArray(deployment.endpoints) ? deployment.endpoints : [];
  const surroundings = { modelsFolder, ...scopesOf(deployment.api) };
  const checked = declared.map((endpoint, index) => checkEndpoint(endpoint, `endpoints[${index}]`, surroundings));
  const endpoints = checked.flatMap(({ endpoint }) => endpoint ?? []);
  // Parsed alone, because a fault elsewhere must not hide those of the events.
  const events = deployment.events && eventsSchema.safeParse(deployment.events).data;
  const faults = [
    ...(parsed.success ? [] : schemaFaults(parsed.error, deployment, '')),
    ...checked.flatMap((endpoint) => endpoint.faults),
    ...nameFaults(declared),
    ...(checked.every(({ endpoint }) => endpoint) ? lifetimeFaults(deployment, endpoints) : []),
    ...tablesFaults(deployment),
    ...apiFaults(deployment.api),
    ...eventsFaults(events, { ...deployment, hasBatch: declared.some(hasBatch) }),
    ...driftFaults(deployment.lifetimeDays?.rollouts, events?.webhooks ?? [], declared),
  ];
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults, file);
  return { ...parsed.data, modelsFolder, endpoints };
}

/** Parsed alone, because a fault of another setting of the API must not hide those of the scopes' size. */
function scopesOf(api: unknown): Pick<Surroundings, 'operatorScopes'> {
  const { auth } = (api ?? {}) as { auth?: { type?: unknown; operatorScopes?: unknown } | null };
  const { data } = scopesSchema.safeParse(auth?.operatorScopes);
  return data && auth?.type === 'jwt' ? { operatorScopes: data } : {};
}

function hasBatch(endpoint: unknown): boolean {
  return (endpoint as { batch?: unknown } | null)?.batch !== undefined;
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
  const value = deployment.lifetimeDays?.inputs;
  const kept = endpoints.some(({ settings }) => settings.capture > 0 || settings.answeredBy === 'human');
  if (value === undefined || kept || endpoints.length === 0) return [];
  const expected = 'Expected no value because no endpoint captures inputs';
  return [{ path: 'lifetimeDays.inputs', expected, value }];
}
