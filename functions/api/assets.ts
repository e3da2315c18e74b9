import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The folder of the pages, beside the function's `index.js`. Built by `pages/build.ts`. */
export const PAGE_FOLDER = 'page';

/** A file as it is served. */
export interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  /** Strong entity tag, with its quotes. */
  readonly etag: string;
  /** The compressed bytes; undefined for pictures, which do not shrink. */
  readonly gzip: Buffer | undefined;
}

/** Content types by extension. Other extensions are not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
};

/** An asset whose content type follows from the extension of `name`. @throws Error for another extension */
export function asset(name: string, bytes: Buffer): Asset {
  const type = TYPES[extname(name)];
  if (type === undefined)
    throw new Error(`Expected one of ${Object.keys(TYPES).join(', ')} for the extension, received ${name}`);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  return { bytes, type, etag, gzip: type.startsWith('image/') ? undefined : gzipSync(bytes) };
}

/** The files of a folder, each read once per process. */
export class Assets {
  private readonly folder: string;
  private readonly known = new Map<string, Asset>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The file `name`, or `undefined` where there is none. */
  get(name: string): Asset | undefined {
    // Because names come from callers, only these patterns reach the file system.
    if (!/^(samples\/)?[a-z-]+\.(html|css|js|jpg|svg)$/.test(name)) return undefined;
    const known = this.known.get(name);
    if (known) return known;
    const bytes = readIfExists(join(this.folder, name));
    if (!bytes) return undefined;
    const made = asset(name, bytes);
    this.known.set(name, made);
    return made;
  }
}

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
