import { copyFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import type { Progress } from '../../terminal/progress.ts';
import { download, sha256Of } from '../fetch/download.ts';
import { UnsupportedModelError } from '../identify/facts.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';

/** Longest file: what a protocol buffer can hold. */
const MOST_BYTES = 2 ** 31;

/** Where a model comes from. */
export type Source =
  | { readonly kind: 'file'; readonly path: string; readonly entry?: NamedEntry }
  | { readonly kind: 'address'; readonly url: URL; readonly sha256?: string; readonly entry?: NamedEntry };

export interface NamedEntry extends CatalogEntry {
  readonly name: string;
}

export interface SourceOptions {
  readonly catalog: Catalog;
  /** The catalog's entry that a file or an address is a model of. */
  readonly as?: string;
  /** The checksum that the caller knows. */
  readonly sha256?: string;
}

/**
 * What the caller means: a file that is there, an https address, or a name of the catalog.
 * @throws UnsupportedModelError where it is nothing of these
 */
export async function resolveSource(given: string, { catalog, as, sha256 }: SourceOptions): Promise<Source> {
  const entry = as === undefined ? {} : { entry: entryOf(catalog, as) };
  if ((await stat(given).catch(() => undefined))?.isFile()) return { kind: 'file', path: resolve(given), ...entry };
  if (/^[a-z]+:\/\//i.test(given)) {
    return { kind: 'address', url: new URL(given), ...(sha256 && { sha256 }), ...entry };
  }
  if (!(given in catalog)) throw unknownSource(given, catalog);
  return fromCatalog(entryOf(catalog, given), sha256);
}

function fromCatalog(entry: NamedEntry, sha256: string | undefined): Source {
  const [file] = entry.files;
  if (!file?.url)
    throw new UnsupportedModelError(`expected an address for ${entry.name} in the catalog, received none`);
  const checksum = file.sha256 ?? sha256;
  return { kind: 'address', url: new URL(file.url), ...(checksum && { sha256: checksum }), entry };
}

function entryOf(catalog: Catalog, name: string): NamedEntry {
  const entry = catalog[name];
  if (entry) return { ...entry, name };
  throw new UnsupportedModelError(
    `expected one of the catalog’s names ${Object.keys(catalog).join(', ')}, received "${name}"`,
  );
}

function unknownSource(given: string, catalog: Catalog): UnsupportedModelError {
  return new UnsupportedModelError(
    `expected a file, an https address, or one of the catalog’s names ${Object.keys(catalog).join(', ')}, received "${given}"`,
  );
}

/**
 * Brings the source's bytes to a path.
 * @returns their SHA-256
 * @throws DownloadError, UnsupportedModelError where they are not the ones meant
 */
export async function obtain(
  source: Source,
  target: string,
  expected: string | undefined,
  progress: Progress,
): Promise<string> {
  if (source.kind === 'file') await copyFile(source.path, target);
  else await fetchThroughCache(source, target, progress);
  const sha256 = await sha256Of(target);
  if (expected !== undefined && expected !== sha256) {
    throw new UnsupportedModelError(
      `expected SHA-256 ${expected}, received ${sha256}; this is another file: download the one that is meant, or say --sha256 of this one`,
    );
  }
  return sha256;
}

/** Parts of broken downloads have to be found again, so they lie at a place that depends on the address alone. */
async function fetchThroughCache(
  source: Extract<Source, { kind: 'address' }>,
  target: string,
  progress: Progress,
): Promise<void> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ml-deployment', 'models');
  const path = join(cache, encodeURIComponent(source.url.href).slice(-180));
  await download(source.url, path, { maxBytes: MOST_BYTES, progress, ...(source.sha256 && { sha256: source.sha256 }) });
  await moveFile(path, target);
}

/** The source's name without its ending, as a package's name: `YOLOX_Nano.onnx` → `yolox-nano`. */
export function nameOf(source: Source): string {
  if (source.entry) return source.entry.name;
  const file = basename(source.kind === 'file' ? source.path : source.url.pathname);
  const clean = file.slice(0, file.length - extname(file).length).toLowerCase();
  return clean
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63);
}

/** Renames, or copies where the places are on different disks. */
async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from);
  });
}
