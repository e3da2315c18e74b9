/** `labels export`: reads what an endpoint has recorded, chooses, and says what was written. */

import { join } from 'node:path';
import type { EndpointSettings } from '../../functions/contract.ts';
import { type Manifest, readManifest } from '../../functions/detection/manifest.ts';
import { DRIFT_KEYS, driftReportSchema } from '../../functions/drift-contract.ts';
import { settingsOf } from '../../functions/standing/models.ts';
import { shortPath } from '../model/files/package-folder.ts';
import type { Since } from '../query/since.ts';
import type { CommonOptions } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { type DeployedEndpoint, findEndpoint } from '../rollout/deployed-endpoint.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { exportPictures } from './export.ts';
import { exportInWords } from './export-words.ts';
import { FORMATS, type FormatName } from './formats/formats.ts';
import { readExported } from './pictures-file.ts';
import { readPictures } from './read-pictures.ts';
import { type PictureToChoose, pictureToChoose, type ReasonContext } from './reasons.ts';

interface ExportOptions extends CommonOptions {
  readonly as: FormatName;
  readonly choose: number;
  readonly random: number;
  readonly seed: number;
  readonly out?: string;
  readonly labels: readonly string[];
  readonly except?: readonly string[];
  readonly since: Since;
  readonly most: number;
  readonly models: string;
}

/** @throws NotDeployedError, NoChoiceError, FolderInUseError, LabelFileError, StoreUnavailableError */
export async function exportCommand(endpoint: string, options: ExportOptions): Promise<void> {
  const deployed = await findEndpoint(connect(options), options.deployment, endpoint);
  const { as, choose: number, random, seed, labels: more, out = `labels-${endpoint}` } = options;
  const settings = await liveSettings(deployed);
  const context = await reasonContext(deployed, settings, options.models);
  const pictures = await choosable(deployed, context, options);
  const exported = await exportPictures(deployed.objects, pictures, {
    ...{ endpoint, format: as, more, folder: out, now: new Date() },
    choice: { number, random, seed },
    ...(settings.labels && { counted: settings.labels }),
  });
  const said = { recorded: pictures.length, hint: FORMATS[as].hint(shortPath(out)), folder: shortPath(out) };
  processTerminal.print(options.json ? JSON.stringify(exported, null, 2) : exportInWords(exported, said));
}

async function liveSettings({ lambda, functionName, live }: DeployedEndpoint): Promise<EndpointSettings> {
  const { version } = (await live.read()).routing;
  return settingsOf(lambda, functionName, version);
}

async function choosable(
  { s3, objects, functionName, endpoint }: DeployedEndpoint,
  context: ReasonContext,
  { since, most, except = [] }: ExportOptions,
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
    thresholdOf: (label) =>
      settings.confidence ?? manifest?.thresholds.perLabel[label] ?? manifest?.thresholds.confidence,
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
