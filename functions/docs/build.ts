import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { STYLE } from '../report/style.ts';
import { ROLLOUT_STYLE } from '../status/report/style.ts';
import { PAGE_FOLDER } from './assets.ts';

export { PAGE_FOLDER };

/** The page's sources. esbuild's bundle has no `import.meta`, and never gets here. */
const SOURCES = join(import.meta.dirname ?? __dirname, PAGE_FOLDER);

/** What is taken as it is. */
const COPIED = ['index.html', 'status.html', 'report.html', 'page.css', 'status.css', 'shell.css', 'samples'];

/** Scripts by what they are bundled from. */
const SCRIPTS = { 'page.js': 'main.ts', 'status.js': 'status.ts', 'report.js': 'report.ts' };

/**
 * Makes the pages in `folder`: their scripts for the browser, the style that reports share, and the files that need no
 * making. The same sources give the same bytes.
 */
export function buildPage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of COPIED) {
    cpSync(join(SOURCES, name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('.md') });
  }
  for (const [name, entry] of Object.entries(SCRIPTS)) writeFileSync(join(folder, name), buildScript(entry));
  writeFileSync(join(folder, 'report.css'), STYLE + ROLLOUT_STYLE);
}

/** A script for browsers, bundled from `entry` of the page's sources and all that it imports. */
export function buildScript(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(SOURCES, entry)],
    absWorkingDir: SOURCES,
    outfile: 'script.js',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  return outputFiles.map(({ text }) => text).join('');
}
