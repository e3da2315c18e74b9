/** A function's folder as one CommonJS file: `require` looks into layers, ESM's `import` does not. */

import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** Native packages, which come from the runtime layer. */
const FROM_LAYER = ['onnxruntime-node', 'sharp'];

/**
 * Compiles `functions/<folder>/handler.ts` with all that it imports, the AWS SDK too. The same sources give the same
 * bytes in every clone. Names of functions and errors are kept, so that stack traces can be read; a source map would add
 * 20 ms to each cold start and its paths would differ between output folders.
 *
 * @param environment set unless the process has them already.
 */
export function compile(folder: string, environment: Readonly<Record<string, string>> = {}): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'functions', folder, 'handler.ts')],
    absWorkingDir: ROOT,
    outfile: 'index.js',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The AWS SDK's ES modules can be shaken: 40 ms less at load.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    external: FROM_LAYER,
    banner: { js: settingStatements(environment) },
    logLevel: 'warning',
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`expected esbuild to give one file for functions/${folder}, received none`);
  return output.contents;
}

function settingStatements(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `process.env[${JSON.stringify(name)}]??=${JSON.stringify(value)};`)
    .join('');
}
