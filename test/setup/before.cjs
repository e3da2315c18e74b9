/**
 * Before any worker starts: builds the runtime layer, which several tests need and none should pay for alone, and gives all tests a folder
 * for temporary files that goes when they end, whatever they left in it.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..', '..');

module.exports = () => {
  const target = ['--arch', process.arch === 'arm64' ? 'arm64' : 'x64', '--os', process.platform];
  const node = join(ROOT, 'node_modules', '.bin', 'node');
  execFileSync(node, [join(ROOT, 'layers', 'runtime', 'build.ts'), ...target], { cwd: ROOT, stdio: 'ignore' });
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'tests-'));
};
