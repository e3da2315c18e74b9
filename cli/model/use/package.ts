/** The package that `model use` names in the settings: an existing one, or one that it adds. */

import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import type { Output } from '../../terminal/terminal.ts';
import { DownloadError, sha256Of } from '../fetch/download.ts';
import { packageNames, shortPath } from '../files/package-folder.ts';
import type { AddOptions } from '../package/add-options.ts';
import { addPackage } from '../package/add-package.ts';
import { type Catalog, readCatalog } from '../package/catalog.ts';
import { nameOf, resolveSource, type Source } from '../package/source.ts';

/** The model cannot be downloaded from this machine. */
export class NoNetworkError extends Error {
  override readonly name = 'NoNetworkError';
}

/** A package in the folder of packages. */
export interface PackageInUse {
  readonly name: string;
  readonly labels: readonly string[];
  /** Removes the package if this run has added it. */
  discard(): Promise<void>;
}

/**
 * The package for an argument of `model use`: the one of this name or with these weights, otherwise a new one. A file
 * whose checksum is in the catalog has the name, labels and licence of its entry.
 * @throws NoNetworkError, and as `addPackage`
 */
export async function packageFor(given: string, options: AddOptions, output: Output): Promise<PackageInUse> {
  const { models } = options;
  const names = await packageNames(models);
  if (options.name === undefined && names.includes(given)) return existing(models, given, output);
  const catalog = await readCatalog();
  const source = await recognise(await resolveSource(given, { catalog, ...options }), catalog);
  const name = options.name ?? nameOf(source);
  if (names.includes(name) && (await hasWeightsOf(source, join(models, name)))) return existing(models, name, output);
  await addPackage(source, options, output).catch((error: unknown) => {
    throw isUnreachable(error) && source.kind !== 'file' ? withoutNetwork(source, error) : error;
  });
  output.note(`Wrote ${shortPath(join(models, name))}.`);
  const discard = () => rm(join(models, name), { recursive: true, force: true });
  return { name, labels: await labelsOf(models, name), discard };
}

async function existing(models: string, name: string, output: Output): Promise<PackageInUse> {
  output.note(`${shortPath(join(models, name))} exists and is used.`);
  return { name, labels: await labelsOf(models, name), discard: async () => {} };
}

async function labelsOf(models: string, name: string): Promise<readonly string[]> {
  return (await readManifest(join(models, name))).labels;
}

/** A file of the catalog, whatever its name. */
async function recognise(source: Source, catalog: Catalog): Promise<Source> {
  if (source.kind !== 'file' || source.entry) return source;
  const sha256 = await sha256Of(source.path);
  const found = Object.entries(catalog).find(([, { files }]) => files.some((file) => file.sha256 === sha256));
  return found ? { ...source, entry: { ...found[1], name: found[0] } } : source;
}

async function hasWeightsOf(source: Source, folder: string): Promise<boolean> {
  const sha256 = source.kind === 'file' ? await sha256Of(source.path) : source.sha256;
  return sha256 !== undefined && (await readManifest(folder)).sha256 === sha256;
}

/** Whether the host gave no whole response; a status or another checksum has no cause. */
function isUnreachable(error: unknown): error is DownloadError {
  return error instanceof DownloadError && error.cause !== undefined;
}

function withoutNetwork(source: Exclude<Source, { kind: 'file' }>, cause: DownloadError): NoNetworkError {
  const { entry } = source;
  const url = source.kind === 'hub' ? source.model.client.urlOf(source.model.file.path) : source.url;
  const as = entry ? ` --as ${entry.name}` : '';
  return new NoNetworkError(
    `This machine cannot download the model: download ${url.href} on another one, then run ` +
      `npm run model -- use path/to/${basename(url.pathname)}${as}`,
    { cause },
  );
}
