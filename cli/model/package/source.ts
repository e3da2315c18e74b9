import { copyFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Progress } from '../../terminal/progress.ts';
import { download, sha256Of } from '../fetch/download.ts';
import { addressOfPage } from '../fetch/hub-address.ts';
import { findHubModel, type HubModel } from '../fetch/hub-model.ts';
import { downloadObject } from '../fetch/s3-object.ts';
import { type Proposal, UnsupportedModelError } from '../identify/facts.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';

/** Largest file: protocol buffers hold at most 2 GiB. */
const MOST_BYTES = 2 ** 31;

/** Source of a model. */
export type Source =
  | { readonly kind: 'file'; readonly path: string; readonly entry?: NamedEntry }
  | { readonly kind: 'address'; readonly url: URL; readonly sha256?: string; readonly entry?: NamedEntry }
  | { readonly kind: 'hub'; readonly model: HubModel; readonly sha256?: string; readonly entry?: NamedEntry };

export interface NamedEntry extends CatalogEntry {
  readonly name: string;
}

export interface SourceOptions {
  readonly catalog: Catalog;
  /** Name of the catalog entry to which the file or address belongs. */
  readonly as?: string;
  /** Expected checksum. */
  readonly sha256?: string;
  /** Labels and input of the caller, which replace those that a repository states. */
  readonly labels?: string;
  readonly input?: Partial<Proposal['input']>;
}

/**
 * The source for an argument: an existing file, an https or s3 address, a repository of Hugging Face's Hub, or a name
 * of the catalog.
 * @throws UnsupportedModelError for any other argument; DownloadError for a repository that cannot be read
 */
export async function resolveSource(given: string, options: SourceOptions): Promise<Source> {
  const { catalog, as, sha256 } = options;
  const entry = as === undefined ? {} : { entry: entryOf(catalog, as) };
  if ((await stat(given).catch(() => undefined))?.isFile()) return { kind: 'file', path: resolve(given), ...entry };
  const hub = /^hf:\/\//i.test(given) ? given : addressOfPage(given);
  if (hub !== undefined) return { ...(await onHub(hub, options)), ...entry };
  if (/^[a-z][a-z0-9]*:\/\//i.test(given)) {
    if (!URL.canParse(given)) throw unknownSource(given, catalog);
    return { kind: 'address', url: new URL(given), ...(sha256 && { sha256 }), ...entry };
  }
  if (!Object.hasOwn(catalog, given)) throw unknownSource(given, catalog);
  return fromCatalog(entryOf(catalog, given), sha256);
}

/** @throws UnsupportedModelError for a checksum other than the Hub's, before the download */
async function onHub(given: string, { sha256, labels, input }: SourceOptions): Promise<Source> {
  const model = await findHubModel(given, { labels, ...(input && { input }) });
  const stated = model.file.sha256;
  if (sha256 && stated && sha256 !== stated) throw otherChecksum(sha256, stated);
  const checksum = stated ?? sha256;
  return { kind: 'hub', model, ...(checksum && { sha256: checksum }) };
}

function fromCatalog(entry: NamedEntry, sha256: string | undefined): Source {
  const [file] = entry.files;
  if (!file?.url) throw notPublished(entry);
  const checksum = file.sha256 ?? sha256;
  return { kind: 'address', url: new URL(file.url), ...(checksum && { sha256: checksum }), entry };
}

function notPublished({ name, title, export: made, files: [file] }: NamedEntry): UnsupportedModelError {
  return new UnsupportedModelError(
    `Expected the address of a file of ${title} in the catalog, received none. ${file?.note} To make it: ${made}. ` +
      `Then give the path of the file instead of its name: path/to/model.onnx --as ${name}`,
  );
}

function entryOf(catalog: Catalog, name: string): NamedEntry {
  // Because every object has names such as "constructor", which are no entries.
  const entry = Object.hasOwn(catalog, name) ? catalog[name] : undefined;
  if (entry) return { ...entry, name };
  throw new UnsupportedModelError(
    `Expected one of the catalog’s names ${Object.keys(catalog).join(', ')}, received "${name}"`,
  );
}

function unknownSource(given: string, catalog: Catalog): UnsupportedModelError {
  return new UnsupportedModelError(
    'Expected a file, an https address, s3://bucket/key, hf://owner/repo, or one of the catalog’s names ' +
      `${Object.keys(catalog).join(', ')}, received "${given}"`,
  );
}

/**
 * Copies or downloads a model to a path.
 * @returns its SHA-256
 * @throws DownloadError; UnsupportedModelError for another SHA-256 than expected
 */
export async function obtain(
  source: Source,
  target: string,
  expected: string | undefined,
  progress: Progress,
): Promise<string> {
  if (source.kind === 'file') await copyFile(source.path, target);
  else if (source.kind === 'hub') {
    if (source.model.file.bytes > MOST_BYTES) throw tooLarge(source.model);
    await source.model.client.download(source.model.file, target, progress);
  } else {
    const checksum = source.sha256 && { sha256: source.sha256 };
    const receive = source.url.protocol === 's3:' ? downloadObject : download;
    await receive(source.url, target, { maxBytes: MOST_BYTES, progress, ...checksum });
  }
  const sha256 = await sha256Of(target);
  if (expected !== undefined && expected !== sha256) throw otherChecksum(expected, sha256);
  return sha256;
}

function otherChecksum(expected: string, received: string): UnsupportedModelError {
  return new UnsupportedModelError(
    `Expected SHA-256 ${expected}, received ${received}; download the expected file, or set --sha256 for this one`,
  );
}

function tooLarge({ address, file }: HubModel): UnsupportedModelError {
  return new UnsupportedModelError(
    `Expected at most ${MOST_BYTES} bytes, received ${file.bytes} for ${address}; use a smaller model`,
  );
}

/** A package name from the source's name without its extension: `YOLOX_Nano.onnx` → `yolox-nano`. */
export function nameOf(source: Source): string {
  if (source.entry) return source.entry.name;
  const file = fileNameOf(source);
  const clean = file.slice(0, file.length - extname(file).length).toLowerCase();
  return clean
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63);
}

function fileNameOf(source: Source): string {
  if (source.kind === 'file') return basename(source.path);
  if (source.kind === 'address') return basename(source.url.pathname);
  const file = basename(source.model.file.path);
  // Exporters write model.onnx, model_fp16.onnx and the like: the repository has the name.
  return file.startsWith('model') ? basename(source.model.client.request.repo) + file.slice('model'.length) : file;
}
