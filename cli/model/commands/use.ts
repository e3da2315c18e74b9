import { checkConfig } from '../../../lib/check-config.ts';
import type { Deployment } from '../../../lib/config.ts';
import { findRunning, oneRunning } from '../../../local/running.ts';
import {
  type EditedSettings,
  editSettings,
  loadSettings,
  replaceSettings,
  SettingsFileError,
} from '../../challenge/settings-file.ts';
import type { Output } from '../../terminal/terminal.ts';
import { shortPath } from '../files/package-folder.ts';
import type { AddOptions } from '../package/add-options.ts';
import { confirm, difference } from '../use/confirm.ts';
import { deployHere } from '../use/deploy.ts';
import { changeFor, checkEndpointNames, type Use, usesOf } from '../use/endpoints.ts';
import { type PackageInUse, packageFor } from '../use/package.ts';

/** Options of `model use`. */
export interface UseOptions extends AddOptions {
  /** File of the settings. */
  readonly settings: string;
  /** Names of endpoints. Default: all whose labels the model knows. */
  readonly endpoints?: readonly string[];
  /** Writes without a question. */
  readonly yes?: true;
  /** Folder of the emulator. */
  readonly home: string;
  /** Port of its HTTP API, where several run. */
  readonly port?: string;
}

/** Because the emulator keeps its state, its next start is a deployment. */
const NOT_RUNNING =
  'No emulator is running here. npm start deploys it: endpoints that it had before start a rollout, unless npm start ' +
  '-- --fresh begins anew. npm run deploy deploys it to AWS.';

/** The settings were not written, because nobody agreed. */
export class NotConfirmedError extends Error {
  override readonly name = 'NotConfirmedError';
}

/**
 * `model use`: adds a package, names it in the settings, and deploys it to the emulator where one runs. An error leaves
 * settings and packages as they were, except for settings that a program cannot change: then the package stays.
 * @returns the exit code
 * @throws NotConfirmedError, NoEndpointError, SettingsFileError, EmulatorNotRunningError, and as `packageFor`
 */
export async function useCommand(given: string, options: UseOptions, output: Output): Promise<number> {
  if (!options.yes && !process.stdin.isTTY)
    throw new NotConfirmedError('Expected a terminal to confirm the change, received none; set --yes');
  const isRunning = findRunning(options.home).length > 0;
  if (isRunning) oneRunning(options.home, options.port);
  const before = await settingsOf(options);
  checkEndpointNames(before, options.endpoints);
  const used = await packageFor(given, options, output);
  const names = await nameInSettings(before, { used, options, output }).catch(async (error: unknown) => {
    if (!(error instanceof SettingsFileError)) await used.discard();
    throw error;
  });
  if (isRunning) return deployHere(options, { deployment: before.name, endpoints: names, model: used.name }, output);
  output.print(NOT_RUNNING);
  return 0;
}

/** The checked settings. @throws ConfigError; SettingsFileError for a file that exports none */
async function settingsOf({ settings, models }: UseOptions): Promise<Deployment> {
  const loaded = await loadSettings(settings).catch((cause: Error) => {
    throw new SettingsFileError(`Expected settings in ${settings}, received ${cause.message}`, { cause });
  });
  checkConfig(loaded, models, shortPath(settings));
  return loaded;
}

interface Naming {
  readonly used: PackageInUse;
  readonly options: UseOptions;
  readonly output: Output;
}

/** @returns the endpoints that use the model */
async function nameInSettings(before: Deployment, { used, options, output }: Naming): Promise<readonly string[]> {
  const { settings, models, endpoints, yes } = options;
  const file = shortPath(settings);
  const uses = usesOf(before, used, endpoints);
  for (const use of uses) output.note(useInWords(use, used.name));
  const names = uses.filter(({ reason }) => reason === undefined).map(({ endpoint }) => endpoint.name);
  const change = changeFor(before, used.name, names);
  checkConfig(change.wanted, models, file);
  const edited = await editSettings(settings, change);
  if (!edited) {
    output.print(`${file} says so already.`);
    return names;
  }
  show(file, edited, output);
  if (!yes && !(await confirm(`Write this into ${file}?`)))
    throw new NotConfirmedError('Nothing was written: the settings and the packages are as before');
  await replaceSettings(settings, edited);
  output.print(`Wrote ${file}.`);
  return names;
}

function useInWords({ endpoint, reason }: Use, model: string): string {
  if (reason !== undefined) return `${endpoint.name}: stays as it is, because ${reason}.`;
  if (endpoint.kind === 'predict') return `${endpoint.name}: offers ${model} too (model=${model}).`;
  const { confidence, iou } = endpoint;
  const own = [
    ...(confidence === undefined ? [] : [`confidence ${confidence}`]),
    ...(iou === undefined ? [] : [`iou ${iou}`]),
  ];
  const kept = own.length > 0 ? ` Its own thresholds stay (${own.join(', ')}): are they right for this model?` : '';
  return `${endpoint.name}: uses ${model} for ${endpoint.labels.join(', ')}.${kept}`;
}

function show(file: string, edited: EditedSettings, output: Output): void {
  output.print(`${file}:`);
  for (const line of difference(edited)) output.print(line);
}
