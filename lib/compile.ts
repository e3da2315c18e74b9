/** Bundles a function's folder into one CommonJS file: `require` finds packages in layers, ESM's `import` does not. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** Native packages, which the runtime layer provides. */
const FROM_LAYER = ['onnxruntime-node', 'sharp'];

/**
 * The entry of a function that loads a model. Lambda calls `/next` only when an entry module has been evaluated, so its
 * `await` makes the load a part of the init phase; CommonJS cannot wait. The bundle stays CommonJS, because only
 * `require` finds the packages of a layer. Lambda prefers `index.js`, so there must be none beside it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
const AWAITING_ENTRY = `import { createRequire } from 'node:module';
const { handler, ready } = createRequire(import.meta.url)('./handler.js');
await ready;
export { handler };
`;

/** Writes the detect function: its bundle `handler.js`, and the entry `index.mjs`, which waits for its load. */
export function writeDetect(target: string): void {
  writeFileSync(join(target, 'handler.js'), compile('detect'));
  writeFileSync(join(target, 'index.mjs'), AWAITING_ENTRY);
}

/**
 * Compiles `functions/<folder>/handler.ts` with all its imports, the AWS SDK included. The same sources give the same
 * bytes in every clone. Names of functions and errors are kept for readable stack traces, without a source map: it
 * would add 20 ms to each cold start, and its paths would differ between output folders.
 *
 * @param environment variables that the code sets unless the process has them.
 */
export function compile(folder: string, environment: Readonly<Record<string, string>> = {}): Uint8Array {
  const code = BUNDLES.get(folder) ?? bundle(folder);
  BUNDLES.set(folder, code);
  return Buffer.concat([Buffer.from(settingStatements(environment)), code]);
}

/** Bundles by folder, because tests synthesize many deployments in one process. */
const BUNDLES = new Map<string, Uint8Array>();

function bundle(folder: string): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'functions', folder, 'handler.ts')],
    absWorkingDir: ROOT,
    outfile: 'index.js',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Because esbuild can tree-shake the AWS SDK's ES modules only: saves 40 ms at load.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    external: FROM_LAYER,
    logLevel: 'warning',
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`Expected one output file from esbuild for functions/${folder}, received none`);
  return output.contents;
}

function settingStatements(environment: Readonly<Record<string, string>>): string {
  const statements = Object.entries(environment).map(
    ([name, value]) => `process.env[${JSON.stringify(name)}]??=${JSON.stringify(value)};`,
  );
  return statements.length === 0 ? '' : `${statements.join('')}\n`;
}
