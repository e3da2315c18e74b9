/** The models of published versions. */

import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { storedResultSchema } from '../api/schemas.ts';
import { ENV, type EndpointSettings, KEYS } from '../contract.ts';
import { partsInWords } from '../judge/unchecked-words.ts';
import { idAt } from '../records/recorded-requests.ts';
import type { EndpointClients } from './clients.ts';

/** The settings of a published version. @param qualifier a version's number, or an alias */
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

/** How far back recent results are searched, and how many are read: the newest of one listing. */
const WINDOW_MS = 15 * 60_000;
const KEYS_LISTED = 1000;
const ANSWERS_READ = 12;

/** A cache of model names by version: published versions never change. */
export class KnownModels {
  /** Names of its packages and their unproven parts, by version. */
  private readonly settings = new Map<
    string,
    Partial<Pick<EndpointSettings, 'models' | 'modelVersions' | 'unchecked'>>
  >();
  /** `counter-nano 1.0.0`, by version and name. */
  private readonly full = new Map<string, string>();

  /**
   * Models of versions in words, by the function's settings. Those of earlier releases have names only; then recent
   * results have the models' own versions.
   * @returns by version: `counter-nano 1.0.0`, or `counter-nano`; with parts that nothing has proven
   * @throws StoreUnavailableError
   */
  async of(clients: EndpointClients, versions: readonly string[]): Promise<Record<string, string>> {
    await Promise.all(versions.map((version) => this.readSettings(clients, version)));
    const isKnown = (version: string) => this.namesOf(version).every((name) => this.full.has(`${version} ${name}`));
    if (!versions.every(isKnown)) await this.readRecentResults(clients);
    const inWords = (version: string) =>
      this.namesOf(version).map(
        (name) => `${this.full.get(`${version} ${name}`) ?? name}${this.openOf(version, name)}`,
      );
    return Object.fromEntries(versions.map((version) => [version, inWords(version).join(', ')]));
  }

  private namesOf(version: string): readonly string[] {
    return this.settings.get(version)?.models ?? [];
  }

  /** ` (not checked: order of colours)`, or nothing. */
  private openOf(version: string, name: string): string {
    const parts = this.settings.get(version)?.unchecked?.[name];
    return parts ? ` (not checked: ${partsInWords(parts)})` : '';
  }

  private async readSettings({ lambda, functionName }: EndpointClients, version: string): Promise<void> {
    if (this.settings.has(version)) return;
    const settings = await settingsOf(lambda, functionName, version);
    this.settings.set(version, settings);
    for (const [name, own] of Object.entries(settings.modelVersions ?? {})) {
      this.full.set(`${version} ${name}`, `${name} ${own}`);
    }
  }

  private async readRecentResults({ objects, endpoint, functionName }: EndpointClients): Promise<void> {
    const prefix = KEYS.results(endpoint);
    const after = `${prefix}${idAt(Date.now() - WINDOW_MS)}`;
    const keys = await objects.list(prefix, { after, most: KEYS_LISTED });
    const results = await Promise.all(
      keys.slice(-ANSWERS_READ).map((key) => objects.getJson(key).catch(() => undefined)),
    );
    for (const json of results) {
      const { data } = storedResultSchema.safeParse(json);
      if (data?.status !== 'done') continue;
      const { model, release } = data;
      if ((release.function_name ?? functionName) !== functionName) continue;
      this.full.set(`${release.function_version} ${model.name}`, `${model.name} ${model.version}`);
    }
  }
}
