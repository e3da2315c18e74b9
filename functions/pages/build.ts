import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { PAGE_FOLDER } from '../api/assets.ts';
import { joinStyles } from '../report/style.ts';
import { rolloutReportStyle } from '../rollout-report/style.ts';

export { PAGE_FOLDER };

/** Sources of the pages. Jest runs CommonJS, which has no `import.meta`. */
const SOURCES = import.meta.dirname ?? __dirname;

/** Parts that several templates have, by their names in these. */
const PARTS = { head: 'common/head.html', top: 'judge/top.html', notices: 'judge/notices.html' };

/** Templates by their served name. They have `PARTS`; the docs function fills in the rest. */
const TEMPLATES = {
  'greeting.html': 'greeting/greeting.html',
  'index.html': 'try/index.html',
  'status.html': 'status/status.html',
  'report.html': 'report/report.html',
  'judge.html': 'judge/judge.html',
  'review.html': 'review/review.html',
};

/** Scripts by their served name, each bundled from one entry. */
const SCRIPTS = {
  'page.js': 'try/main.ts',
  'status.js': 'status/status.ts',
  'report.js': 'report/report.ts',
  'judge.js': 'judge/judge.ts',
  'review.js': 'review/review.ts',
};

/** Stylesheets by their served name, each joined in this order. */
const STYLES = {
  'page.css': [
    'common/base.css',
    'common/controls.css',
    'common/panels.css',
    'try/choices.css',
    'try/viewer.css',
    'try/answer.css',
    'reference/reference.css',
  ],
  'status.css': [
    'status/card.css',
    'status/traffic.css',
    'status/rollout.css',
    'status/gates.css',
    'status/history.css',
    'status/drift.css',
    'status/accuracy.css',
  ],
  'judge.css': ['judge/judge.css', 'judge/bar.css', 'judge/sides.css', 'judge/notices.css'],
  'review.css': ['review/review.css'],
  'shell.css': ['common/shell.css'],
};

/** Files and folders that are copied unchanged, by their served name. */
const COPIED = { 'icon.svg': 'common/icon.svg', samples: 'try/samples' };

/** Builds the files of all pages into `folder`. The same sources give the same bytes. */
export function buildPage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, source] of Object.entries(TEMPLATES)) write(name, withParts(readSource(source)));
  for (const [name, entry] of Object.entries(SCRIPTS)) write(name, buildScript(entry));
  for (const [name, sources] of Object.entries(STYLES)) write(name, joinStyles(SOURCES, sources));
  write('report.css', rolloutReportStyle());
  for (const [name, source] of Object.entries(COPIED)) {
    cpSync(join(SOURCES, source), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('.md') });
  }
}

function withParts(template: string): string {
  return Object.entries(PARTS).reduce(
    (text, [name, source]) => text.replace(`{{${name}}}`, () => readSource(source).trimEnd()),
    template,
  );
}

/** A script for browsers, bundled from `entry`, a path within the sources of the pages, and all its imports. */
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

function readSource(path: string): string {
  return readFileSync(join(SOURCES, path), 'utf8');
}
