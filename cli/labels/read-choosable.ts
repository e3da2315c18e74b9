/** The recorded pictures of an endpoint that can be chosen, with what their labels would teach. */

import { join } from 'node:path';
import type { EndpointSettings } from '../../functions/contract.ts';
import { type Manifest, readManifest } from '../../functions/detection/manifest.ts';
import { thresholdOf } from '../../functions/detection/threshold.ts';
import { DRIFT_KEYS, driftReportSchema } from '../../functions/drift-contract.ts';
import { settingsOf } from '../../functions/standing/models.ts';
import type { Since } from '../query/since.ts';
import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { readExported } from './pictures-file.ts';
import { readPictures } from './read-pictures.ts';
import { type PictureToChoose, pictureToChoose, type ReasonContext } from './reasons.ts';

/** Which pictures are read. */
export interface ChoosableOptions {
  /** Folders of earlier exports, whose pictures are left out. */
  readonly except?: readonly string[];
  readonly since: Since;
  readonly most: number;
  /** Folder of the model packages. */
  readonly models: string;
}

/** The pictures, and the settings of the live version. */
export interface Choosables {
  readonly settings: EndpointSettings;
  readonly pictures: readonly PictureToChoose[];
}

/** @throws NoChoiceError, LabelFileError, StoreUnavailableError */
export async function readChoosable(deployed: DeployedEndpoint, options: ChoosableOptions): Promise<Choosables> {
  const settings = await liveSettings(deployed);
  const context = await reasonContext(deployed, settings, options.models);
  return { settings, pictures: await choosable(deployed, context, options) };
}

async function liveSettings({ lambda, functionName, live }: DeployedEndpoint): Promise<EndpointSettings> {
  const { version } = (await live.read()).routing;
  return settingsOf(lambda, functionName, version);
}

async function choosable(
  { s3, objects, functionName, endpoint }: DeployedEndpoint,
  context: ReasonContext,
  { since, most, except = [] }: ChoosableOptions,
): Promise<PictureToChoose[]> {
  const earlier = await Promise.all(except.map(readExported));
  const leftOut = new Set(earlier.flatMap(({ pictures }) => pictures.map(({ id }) => id)));
  const from = since === '' ? 0 : Date.parse(since);
  const recorded = await readPictures({ s3, objects, endpoint, functionName, from, most });
  return recorded
    .filter(({ result }) => !leftOut.has(result.id))
    .flatMap((picture) => pictureToChoose(picture, context) ?? []);
}

/** Thresholds of the endpoint or its package, and the start of the last drift. */
async function reasonContext(
  { objects, endpoint }: DeployedEndpoint,
  settings: EndpointSettings,
  models: string,
): Promise<ReasonContext> {
  const manifest = await manifestOf(join(models, settings.models[0]));
  const driftSince = settings.drift ? await lastDrift(objects, endpoint) : undefined;
  return {
    thresholdOf: (label) => settings.confidence ?? (manifest && thresholdOf(manifest.thresholds, label)),
    ...(driftSince !== undefined && { driftSince }),
  };
}

async function manifestOf(folder: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(folder);
  } catch (error) {
    processTerminal.note(`Without thresholds no margins are known: ${(error as Error).message}`);
    return undefined;
  }
}

async function lastDrift(objects: DeployedEndpoint['objects'], endpoint: string): Promise<number | undefined> {
  const { data } = driftReportSchema.safeParse(await objects.findJson(DRIFT_KEYS.report(endpoint)));
  const drift = data?.state === 'drift' ? data.drifts.at(-1) : undefined;
  return drift && Date.parse(drift.since);
}
