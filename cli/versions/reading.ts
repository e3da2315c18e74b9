/** Reads everything that refers to a version of an endpoint's function. */

import { type AliasConfiguration, paginateListAliases, paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import { roundPercent } from '../../functions/judge/routing.ts';
import type { EndpointClients } from '../../functions/standing/clients.ts';
import { lastExecution } from '../../functions/standing/executions.ts';
import { batchJobs } from './batch-jobs.ts';
import type { AliasUse, VersionUse } from './plan.ts';

/** A reading, with the time when each version was published. */
export interface VersionReading extends VersionUse {
  /** ISO 8601, by version. */
  readonly publishedAt: ReadonlyMap<string, string>;
}

/**
 * Errors are those of the SDK.
 * @param batchMachine ARN of the machine of batch jobs. Absent: the endpoint runs none
 * @throws UnknownRoutingError
 */
export async function readVersions(clients: EndpointClients, batchMachine?: string): Promise<VersionReading> {
  // First, because a version that is published meanwhile must not be missing among those that are used.
  const publishedAt = await published(clients);
  const [aliases, live, execution, jobs] = await Promise.all([
    aliasesOf(clients),
    clients.live.read(),
    lastExecution(clients),
    batchJobs(clients, batchMachine, new Date()),
  ]);
  return {
    publishedAt,
    published: [...publishedAt.keys()],
    aliases,
    live: live.routing.version,
    ...(live.note && { note: live.note }),
    ...(jobs.length > 0 && { jobs }),
    ...(execution && {
      rollout: {
        candidate: execution.version,
        stable: execution.stable,
        isRunning: execution.status === 'RUNNING',
      },
    }),
  };
}

async function published({ lambda, functionName }: EndpointClients): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const pages = paginateListVersionsByFunction({ client: lambda }, { FunctionName: functionName });
  for await (const { Versions = [] } of pages) {
    for (const { Version = '', LastModified = '' } of Versions) {
      if (/^\d+$/.test(Version)) found.set(Version, LastModified);
    }
  }
  return found;
}

async function aliasesOf({ lambda, functionName }: EndpointClients): Promise<AliasUse[]> {
  const aliases: AliasUse[] = [];
  const pages = paginateListAliases({ client: lambda }, { FunctionName: functionName });
  for await (const { Aliases = [] } of pages) aliases.push(...Aliases.map(useOf));
  return aliases;
}

function useOf({ Name = '', FunctionVersion = '', RoutingConfig }: AliasConfiguration): AliasUse {
  const additional = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const weights = additional.map(([version, weight]) => ({ version, percent: roundPercent(weight * 100) }));
  const rest = weights.reduce((left, { percent }) => left - percent, 100);
  return { name: Name, versions: [{ version: FunctionVersion, percent: roundPercent(rest) }, ...weights] };
}
