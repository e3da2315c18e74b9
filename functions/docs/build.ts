import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { PAGE_FOLDER } from './assets.ts';

export { PAGE_FOLDER };

/** The page's sources. esbuild's bundle has no `import.meta`, and never gets here. */
const SOURCES = join(import.meta.dirname ?? __dirname, PAGE_FOLDER);

/** What is taken as it is. */
const COPIED = ['index.html', 'page.css', 'samples'];

/**
 * Makes the page of `/docs` in `folder`: one script for the browser, bundled from `page/main.ts`, and the files that need no making.
 * The same sources give the same bytes.
 */
export function buildPage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of COPIED) {
    cpSync(join(SOURCES, name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('.md') });
  }
  buildSync({
    entryPoints: [join(SOURCES, 'main.ts')],
    absWorkingDir: SOURCES,
    outfile: join(folder, 'page.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
}
