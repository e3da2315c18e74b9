import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The folder beside the function's `index.js` that holds the page, see `build.ts`. */
export const PAGE_FOLDER = 'page';

/** A file of the page as it is sent. */
export interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  /** Strong entity tag, with its quotes. */
  readonly etag: string;
  /** The bytes compressed, where that is worth it. */
  readonly gzip: Buffer | undefined;
}

/** Types by extension. What has another extension is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
};

/** Makes an asset of bytes whose type follows from the extension of `name`. */
export function asset(name: string, bytes: Buffer): Asset {
  const type = TYPES[extname(name)];
  if (type === undefined) throw new Error(`Expected one of ${Object.keys(TYPES).join(', ')} for the asset ${name}`);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  return { bytes, type, etag, gzip: type.startsWith('image/') ? undefined : gzipSync(bytes) };
}

/** The page's files, each read once per process. */
export class Assets {
  private readonly folder: string;
  private readonly known = new Map<string, Asset>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The file `name`, or `undefined` where the page has none of that name. */
  get(name: string): Asset | undefined {
    // Names come from callers: only these shapes ever reach the file system.
    if (!/^(samples\/)?[a-z-]+\.(html|css|js|jpg|svg)$/.test(name)) return undefined;
    const known = this.known.get(name);
    if (known) return known;
    const bytes = readIfThere(join(this.folder, name));
    if (!bytes) return undefined;
    const made = asset(name, bytes);
    this.known.set(name, made);
    return made;
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
