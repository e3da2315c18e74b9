import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

/** Folder of this repository's model packages. */
export const MODELS = resolve(import.meta.dirname, '../../../models');

/** There is no model package of this name. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';
}

/** Names of the packages in a folder: its subfolders with a `model.json`. */
export async function packageNames(models: string): Promise<string[]> {
  const entries = await readdir(models, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && existsSync(join(models, entry.name, 'model.json')),
  );
  return folders.map(({ name }) => name).toSorted();
}

/** The folder of a package by its name. @throws UnknownModelError with the existing names */
export async function packageFolder(models: string, name: string): Promise<string> {
  const names = await packageNames(models);
  if (names.includes(name)) return join(models, name);
  throw new UnknownModelError(
    `Expected one of the models ${names.join(', ') || '(none yet)'} in ${models}, received "${name}"`,
  );
}

/** Relative to the current folder, if it is below it. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
