/** Changes the settings file, so that what is deployed stays what it says. */

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Deployment, Endpoint } from '../../lib/config.ts';
import { objectWith, setProperty } from './object-literal.ts';
import type { Served } from './variant.ts';

/** The settings cannot be changed by a program. The message says what to write. */
export class SettingsFileError extends Error {
  override readonly name = 'SettingsFileError';
}

/** A change of a settings file: what it exports afterwards, and the properties that must be written for it. */
export interface SettingsChange {
  readonly wanted: Deployment;
  /** By endpoint: code of each property; undefined removes the property. */
  readonly edits: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
  /** What to write, for a file that a program cannot change: `model: 'x' into the endpoint y`. */
  readonly byHand: string;
  /** The command that follows. */
  readonly command: string;
}

/** Texts of a settings file. */
export interface EditedSettings {
  readonly before: string;
  readonly after: string;
}

/**
 * Changes the model and the thresholds of one endpoint in a settings file.
 * @param file that exports `deployment`
 * @returns whether the file had to change
 * @throws SettingsFileError
 */
export async function writeWinner(file: string, endpoint: string, winner: Served): Promise<boolean> {
  const { model, confidence, iou } = winner;
  const inCode = (value: number | undefined) => (value === undefined ? undefined : String(value));
  const edited = await editSettings(file, {
    wanted: withServed(await loadSettings(file), endpoint, winner),
    edits: { [endpoint]: { model: `'${model}'`, confidence: inCode(confidence), iou: inCode(iou) } },
    byHand: `${servedInCode(winner)} into the endpoint ${endpoint}`,
    command: `npm run deploy -- -c chosen=${endpoint}`,
  });
  if (!edited) return false;
  await replaceSettings(file, edited);
  return true;
}

/**
 * The text of a settings file after a change. It is loaded and compared: nothing but the change may differ.
 * @returns undefined where the file says so already
 * @throws SettingsFileError
 */
export async function editSettings(file: string, change: SettingsChange): Promise<EditedSettings | undefined> {
  if (isDeepStrictEqual(await loadSettings(file), change.wanted)) return undefined;
  const before = await readFile(file, 'utf8');
  const after = edit(before, change.edits);
  const isRight =
    after !== undefined &&
    (await withBeside(file, after, async (beside) => {
      const loaded = await loadSettings(beside).catch(() => undefined);
      return isDeepStrictEqual(loaded, change.wanted);
    }));
  if (isRight) return { before, after };
  throw new SettingsFileError(
    `${file} cannot be changed by a program. Write ${change.byHand} yourself, then run: ${change.command}`,
  );
}

/** Replaces a settings file as a whole. @throws SettingsFileError where it has changed since `editSettings` */
export async function replaceSettings(file: string, { before, after }: EditedSettings): Promise<void> {
  if ((await readFile(file, 'utf8')) !== before)
    throw new SettingsFileError(`${file} was changed by another program meanwhile; run the command again`);
  await withBeside(file, after, (beside) => rename(beside, file));
}

/** Writes a file beside the settings, because its imports are relative, and removes it where it is left. */
async function withBeside<T>(file: string, text: string, use: (beside: string) => Promise<T>): Promise<T> {
  const beside = file.replace(/(\.[^.]*)?$/, '.edited$1');
  try {
    await writeFile(beside, text);
    return await use(beside);
  } finally {
    await rm(beside, { force: true });
  }
}

/** The deployment that a settings file exports. */
export async function loadSettings(file: string): Promise<Deployment> {
  const { deployment } = (await import(pathToFileURL(file).href)) as { deployment: Deployment };
  return deployment;
}

/** The settings of an endpoint as lines of code: `model: 'x', confidence: 0.4`. */
export function servedInCode({ model, confidence, iou }: Served): string {
  return [
    `model: '${model}'`,
    ...(confidence === undefined ? [] : [`confidence: ${confidence}`]),
    ...(iou === undefined ? [] : [`iou: ${iou}`]),
  ].join(', ');
}

function withServed(deployment: Deployment, name: string, { model, confidence, iou }: Served): Deployment {
  const endpoints = deployment.endpoints.map((endpoint) => {
    if (endpoint.name !== name) return endpoint;
    const { confidence: _, iou: __, ...rest } = endpoint;
    return { ...rest, model, ...(confidence !== undefined && { confidence }), ...(iou !== undefined && { iou }) };
  }) as unknown as readonly [Endpoint, ...Endpoint[]];
  return { ...deployment, endpoints };
}

function edit(text: string, edits: SettingsChange['edits']): string | undefined {
  const properties = Object.entries(edits).flatMap(([endpoint, values]) =>
    Object.entries(values).map(([key, value]) => ({ endpoint, key, value })),
  );
  return properties.reduce<string | undefined>((edited, { endpoint, key, value }) => {
    const found = edited === undefined ? undefined : objectWith(edited, 'name', endpoint);
    return edited !== undefined && found ? setProperty(edited, found, { key, value, after: 'model' }) : undefined;
  }, text);
}
