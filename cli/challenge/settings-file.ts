/** Writes the winner into the settings, so that what is deployed stays what they say. */

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

/**
 * Changes the model and the thresholds of one endpoint in a settings file. The new file is loaded and compared before
 * it replaces the old one: nothing else may differ.
 * @param file that exports `deployment`
 * @returns whether the file had to change
 * @throws SettingsFileError
 */
export async function writeWinner(file: string, endpoint: string, winner: Served): Promise<boolean> {
  const before = await loadSettings(file);
  const wanted = withServed(before, endpoint, winner);
  if (isDeepStrictEqual(before, wanted)) return false;
  const text = await readFile(file, 'utf8');
  const beside = file.replace(/(\.[^.]*)?$/, '.winner$1');
  try {
    const changed = change(text, endpoint, winner);
    if (changed === undefined) throw byHand(file, endpoint, winner);
    await writeFile(beside, changed);
    const after = await loadSettings(beside).catch(() => undefined);
    if (!isDeepStrictEqual(after, wanted)) throw byHand(file, endpoint, winner);
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
  return true;
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

function change(text: string, endpoint: string, { model, confidence, iou }: Served): string | undefined {
  const object = objectWith(text, 'name', endpoint);
  if (!object) return undefined;
  const values = { model: `'${model}'`, confidence, iou };
  return Object.entries(values).reduce<string>((edited, [key, value]) => {
    const found = objectWith(edited, 'name', endpoint);
    return found
      ? setProperty(edited, found, { key, value: value === undefined ? undefined : String(value), after: 'model' })
      : edited;
  }, text);
}

function byHand(file: string, endpoint: string, winner: Served): SettingsFileError {
  return new SettingsFileError(
    `${file} cannot be changed by a program. Write ${servedInCode(winner)} into the endpoint ${endpoint} yourself, ` +
      `then run: npm run deploy -- -c chosen=${endpoint}`,
  );
}
