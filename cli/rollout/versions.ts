import { paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import type { DeployedEndpoint } from './deployed-endpoint.ts';

/** Numbers of all published versions, oldest first. */
export async function publishedVersions({ lambda, functionName }: DeployedEndpoint): Promise<string[]> {
  const versions: string[] = [];
  const pages = paginateListVersionsByFunction({ client: lambda }, { FunctionName: functionName });
  for await (const { Versions = [] } of pages) versions.push(...Versions.flatMap(({ Version }) => Version ?? []));
  return versions.filter((version) => /^\d+$/.test(version)).toSorted((a, b) => Number(a) - Number(b));
}
