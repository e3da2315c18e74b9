/**
 * Runs once, before any worker: builds the runtime layer, which several test files need, and makes one temporary folder
 * for all tests, so that `after.cjs` can delete whatever they leave in it.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..', '..');

module.exports = () => {
  const target = ['--arch', process.arch === 'arm64' ? 'arm64' : 'x64', '--os', process.platform];
  const node = join(ROOT, 'node_modules', '.bin', 'node');
  execFileSync(node, [join(ROOT, 'cli', 'layer.ts'), ...target], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'tests-'));
};
