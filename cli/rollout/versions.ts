/** What Lambda and the bucket tell about versions. */

import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { ENV, type EndpointSettings, KEYS } from '../../functions/contract.ts';
import { storedResultSchema } from '../../functions/detect/answer.ts';
import { idAt } from './ids.ts';
import type { Place } from './place.ts';

/** What a version, or the one an alias points to, was published with. */
export async function settingsOf(
  lambda: LambdaClient,
  functionName: string,
  qualifier: string,
): Promise<EndpointSettings> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: qualifier }),
  );
  return JSON.parse(Environment?.Variables?.[ENV.endpoint] ?? '{}') as EndpointSettings;
}

/** Numbers of all published versions, the oldest first. */
export async function publishedVersions({ lambda, functionName }: Place): Promise<string[]> {
  const versions: string[] = [];
  const pages = paginateListVersionsByFunction({ client: lambda }, { FunctionName: functionName });
  for await (const { Versions = [] } of pages) versions.push(...Versions.flatMap(({ Version }) => Version ?? []));
  return versions.filter((version) => /^\d+$/.test(version)).toSorted((a, b) => Number(a) - Number(b));
}

/** How far back answers are looked for, and how many are read: the newest that one cheap listing can tell. */
const WINDOW_MS = 15 * 60_000;
const KEYS_LISTED = 1000;
const ANSWERS_READ = 12;

/**
 * Models of versions in words. Their names are in the settings; their own versions only in what they answered lately.
 * @returns by version: `counter-nano 1.0.0`, or `counter-nano`
 */
export async function modelsOf(place: Place, versions: readonly string[]): Promise<Record<string, string>> {
  const [answered, ...settings] = await Promise.all([
    recentModels(place),
    ...versions.map((version) => settingsOf(place.lambda, place.functionName, version)),
  ]);
  return Object.fromEntries(
    versions.map((version, index) => {
      const names = settings[index]?.models ?? [];
      return [version, names.map((name) => answered.get(`${version} ${name}`) ?? name).join(', ')];
    }),
  );
}

async function recentModels({ objects, endpoint }: Place): Promise<Map<string, string>> {
  const prefix = KEYS.results(endpoint);
  const after = `${prefix}${idAt(Date.now() - WINDOW_MS)}`;
  const keys = await objects.list(prefix, { after, most: KEYS_LISTED });
  const results = await Promise.all(
    keys.slice(-ANSWERS_READ).map((key) => objects.getJson(key).catch(() => undefined)),
  );
  const models = new Map<string, string>();
  for (const json of results) {
    const { data } = storedResultSchema.safeParse(json);
    if (data?.status !== 'done') continue;
    const { model, release } = data;
    models.set(`${release.function_version} ${model.name}`, `${model.name} ${model.version}`);
  }
  return models;
}
