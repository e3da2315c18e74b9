import { globSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { joinStyles, reportStyle } from '../../functions/report/style.ts';
import { rolloutReportStyle } from '../../functions/rollout-report/style.ts';

const ROOT = join(__dirname, '../..');

test('the rollout report has the style of all reports, and its own after it', () => {
  expect(reportStyle()).toContain('--ink: #1c2024;');
  expect(rolloutReportStyle().startsWith(reportStyle())).toBe(true);
  expect(rolloutReportStyle().slice(reportStyle().length)).toContain('--candidate: #d55e00;');
});

test('a stylesheet that is missing is an error', () => {
  expect(() => joinStyles(join(ROOT, 'functions/report'), ['charts.css', 'none.css'])).toThrow(/ENOENT.*none\.css/);
});

/** Because a deployed function has no stylesheets and no sources of pages beside its code. */
test.each(globSync('functions/*/handler.ts', { cwd: ROOT }))('%s bundles no module that reads them', (handler) => {
  const { metafile } = buildSync({
    entryPoints: [handler],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const readers = Object.keys(metafile.inputs).filter((input) => /\/(style|build)\.ts$/.test(input));
  expect(readers).toEqual([]);
});
