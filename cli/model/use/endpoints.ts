/** The endpoints that a model can serve, and the settings with it. */

import type { Deployment, Endpoint } from '../../../lib/config.ts';
import type { SettingsChange } from '../../challenge/settings-file.ts';

/** A package as far as endpoints depend on it. */
export interface UsableModel {
  readonly name: string;
  readonly labels: readonly string[];
}

/** No endpoint can use the model. */
export class NoEndpointError extends Error {
  override readonly name = 'NoEndpointError';
}

/** What happens to an endpoint; `reason` says why it stays as it is. */
export type Use =
  | { readonly endpoint: Endpoint; readonly reason?: undefined }
  | { readonly endpoint: Endpoint; readonly reason: string };

/** Checks names of endpoints. @param only names; undefined: all endpoints @throws NoEndpointError */
export function checkEndpointNames({ endpoints }: Deployment, only: readonly string[] | undefined): void {
  const names = endpoints.map(({ name }) => name);
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length === 0) return;
  throw new NoEndpointError(`Expected names of ${names.join(', ')} for --endpoints, received ${unknown.join(', ')}`);
}

/**
 * Decides for each endpoint whether the model serves it: an endpoint that counts, if the model has all its labels; one
 * that predicts, in addition to its other models.
 * @param only names of endpoints; undefined: all
 * @throws NoEndpointError where no endpoint can have it
 */
export function usesOf(deployment: Deployment, model: UsableModel, only?: readonly string[]): Use[] {
  const chosen = deployment.endpoints.filter(({ name }) => only?.includes(name) ?? true);
  const uses = chosen.map((endpoint): Use => {
    const reason = obstacle(endpoint, model);
    return reason === undefined ? { endpoint } : { endpoint, reason };
  });
  if (uses.some(({ endpoint, reason }) => reason === undefined && endpoint.kind === 'count')) return uses;
  if (only && uses.some(({ reason }) => reason === undefined)) return uses;
  const reasons = uses.flatMap(({ endpoint, reason }) => (reason ? [`${endpoint.name}: ${reason}`] : []));
  throw new NoEndpointError(
    `Expected a model with the labels of an endpoint, received ${model.name} with ${shown(model.labels)}:\n  ` +
      `${reasons.join('\n  ')}\nAdd it with npm run model -- add, and declare an endpoint for its labels`,
  );
}

function obstacle(endpoint: Endpoint, { name, labels }: UsableModel): string | undefined {
  if (endpoint.kind === 'predict') return undefined;
  if (endpoint.answeredBy === 'human') return 'a human answers it';
  const missing = endpoint.labels.filter((label) => !labels.includes(label));
  return missing.length > 0 ? `${name} has no label ${missing.map((label) => `"${label}"`).join(', ')}` : undefined;
}

/** The first labels: a model can have hundreds. */
function shown(labels: readonly string[]): string {
  const first = labels.slice(0, 8).join(', ');
  return labels.length > 8 ? `${labels.length} labels (${first}, …)` : `the labels ${first}`;
}

/** The change of the settings that lets endpoints use a model. */
export function changeFor(deployment: Deployment, model: string, names: readonly string[]): SettingsChange {
  const endpoints = deployment.endpoints.map((endpoint) =>
    names.includes(endpoint.name) ? withModel(endpoint, model) : endpoint,
  ) as unknown as Deployment['endpoints'];
  const changed = endpoints.filter((endpoint, index) => endpoint !== deployment.endpoints[index]);
  const edits = changed.map((endpoint) => [endpoint.name, propertyOf(endpoint)] as const);
  const lines = edits.map(([name, property]) => `${inCode(property)} into the endpoint ${name}`);
  return {
    wanted: { ...deployment, endpoints },
    edits: Object.fromEntries(edits),
    byHand: lines.join(', '),
    command: 'npm run deploy (with -- --local for the emulator)',
  };
}

function withModel(endpoint: Endpoint, model: string): Endpoint {
  if (endpoint.kind === 'count') return endpoint.model === model ? endpoint : { ...endpoint, model };
  return endpoint.models.includes(model) ? endpoint : { ...endpoint, models: [...endpoint.models, model] };
}

function propertyOf(endpoint: Endpoint): Record<string, string> {
  if (endpoint.kind === 'count') return { model: `'${endpoint.model}'` };
  return { models: `[${endpoint.models.map((name) => `'${name}'`).join(', ')}]` };
}

function inCode(property: Record<string, string>): string {
  return Object.entries(property)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
