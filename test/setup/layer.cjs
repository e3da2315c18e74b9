/** Builds the runtime layer before any worker starts: several tests need it, and none should pay for another's. */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

const ROOT = join(__dirname, '..', '..');

module.exports = () => {
  const target = ['--arch', process.arch === 'arm64' ? 'arm64' : 'x64', '--os', process.platform];
  const node = join(ROOT, 'node_modules', '.bin', 'node');
  execFileSync(node, [join(ROOT, 'layers', 'runtime', 'build.ts'), ...target], { cwd: ROOT, stdio: 'ignore' });
};
