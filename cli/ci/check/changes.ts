/** What a change touches, as far as the checks depend on it. Pure. */

import type { Deployment, Endpoint } from '../../../lib/config.ts';

/** A change. */
export interface Changes {
  /** Model packages with a changed file besides the model card. Sorted. */
  readonly packages: readonly string[];
  /** Whether the code that answers pictures changed, so that all packages can answer differently. */
  readonly isCode: boolean;
}

/** Files that decide how a package answers, besides the package. */
const CODE = /^(functions\/|layers\/|package(-lock)?\.json$)/;

/** @param files that differ, relative to the project */
export function changesOf(files: readonly string[]): Changes {
  const packages = files.flatMap((file) => {
    const [, name, rest] = /^models\/([^/]+)\/(.+)$/.exec(file) ?? [];
    return name === undefined || rest === 'MODEL_CARD.md' ? [] : [name];
  });
  return { packages: [...new Set(packages)].toSorted(), isCode: files.some((file) => CODE.test(file)) };
}

/** Names of the packages that the endpoints use. */
export function usedPackages({ endpoints }: Pick<Deployment, 'endpoints'>): string[] {
  return [...new Set(endpoints.flatMap(modelsOf))].toSorted();
}

/** The packages of an endpoint. */
export function modelsOf(endpoint: Endpoint): readonly string[] {
  return endpoint.kind === 'count' ? [endpoint.model] : endpoint.models;
}

/** What an endpoint answers with. */
export interface Answering {
  readonly model: string;
  readonly confidence?: number;
  readonly iou?: number;
}

/** A model of an endpoint whose answers can have changed, with the one before. */
export interface Successor {
  readonly endpoint: Endpoint;
  readonly after: Answering;
  /** Absent: the endpoint, or this model of it, is new. */
  readonly before?: Answering;
}

/**
 * The models of endpoints that differ from those before: another package, a changed one, or other thresholds. Endpoints
 * that a human answers have none.
 * @param before absent: the settings before cannot be read
 */
export function successorsOf(
  after: Pick<Deployment, 'endpoints'>,
  before: Pick<Deployment, 'endpoints'> | undefined,
  { packages }: Changes,
): Successor[] {
  return after.endpoints.flatMap((endpoint) => {
    if (endpoint.kind === 'count' && endpoint.answeredBy === 'human') return [];
    const former = before?.endpoints.find(({ name }) => name === endpoint.name);
    return modelsOf(endpoint).flatMap((model) => {
      const own = answeringOf(endpoint, model);
      const other = former && formerOf(former, model);
      if (!other) return [{ endpoint, after: own }];
      const isSame = other.model === model && other.confidence === own.confidence && other.iou === own.iou;
      return isSame && !packages.includes(model) ? [] : [{ endpoint, after: own, before: other }];
    });
  });
}

/** A request to a `predict` endpoint names its model, so the former one has the same name. */
function formerOf(former: Endpoint, model: string): Answering | undefined {
  if (former.kind === 'count') return answeringOf(former, former.model);
  return former.models.includes(model) ? answeringOf(former, model) : undefined;
}

function answeringOf({ confidence, iou }: Endpoint, model: string): Answering {
  return { model, ...(confidence !== undefined && { confidence }), ...(iou !== undefined && { iou }) };
}
