import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { PAGE_FOLDER } from '../api/assets.ts';
import { STYLE } from '../report/style.ts';
import { ROLLOUT_STYLE } from '../rollout-report/style.ts';

export { PAGE_FOLDER };

/** The page's sources. esbuild's bundle has no `import.meta`, and never gets here. */
const SOURCES = import.meta.dirname ?? __dirname;

/** Files and folders that are copied unchanged, by their name beside the function's code. */
const COPIED = {
  'index.html': 'try/index.html',
  'page.css': 'try/page.css',
  samples: 'try/samples',
  'status.html': 'status/status.html',
  'status.css': 'status/status.css',
  'report.html': 'report/report.html',
  'shell.css': 'common/shell.css',
};

/** Scripts by what they are bundled from. */
const SCRIPTS = { 'page.js': 'try/main.ts', 'status.js': 'status/status.ts', 'report.js': 'report/report.ts' };

/**
 * Makes the pages in `folder`: their scripts for the browser, the style that reports share, and the files that need no
 * making. The same sources give the same bytes.
 */
export function buildPage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(COPIED)) {
    cpSync(join(SOURCES, source), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('.md') });
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
