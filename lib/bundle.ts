/**
 * A function's code as one CommonJS file, with its model packages beside it.
 *
 * It uses CDK's local bundling and esbuild's API instead of `NodejsFunction`, which would bundle again for each endpoint
 * and would need shell commands to copy model packages.
 */

import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { MODELS_FOLDER } from '../functions/contract.ts';
import { MODELS } from './models.ts';

const ROOT = join(import.meta.dirname, '..');

/** Native packages, which come from the runtime layer. */
const FROM_LAYER = ['onnxruntime-node', 'sharp'];

/** What a function is bundled with. */
export interface BundleOptions {
  /** Model packages to put beside the code. Default: none. */
  readonly models?: readonly string[];
  /** Environment variables that travel in the code, since Lambda takes 4 KB of its own at most. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Puts more files beside the code. Default: none. */
  readonly addFiles?: (folder: string) => void;
}

/** The code of `functions/<folder>/handler.ts`; Lambda finds its exported `handler` as `index.handler`. */
export function bundle(folder: string, options: BundleOptions = {}): AssetCode {
  return Code.fromAsset(join(ROOT, 'functions', folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: local bundling does not fail without throwing.
      image: DockerImage.fromRegistry('none'),
      // Not run either, but CDK bundles once for equal commands, and twice for different ones.
      command: [folder, JSON.stringify(options)],
      local: { tryBundle: (target) => writeBundle(folder, target, options) },
    },
  });
}

function writeBundle(folder: string, target: string, { models = [], environment = {}, addFiles }: BundleOptions): true {
  writeFileSync(join(target, 'index.js'), compile(folder, environment));
  // Node takes `index.js` for an ES module where a package.json further up says so, as in this repository.
  writeFileSync(join(target, 'package.json'), '{"type":"commonjs"}\n');
  for (const name of models) copyModel(name, join(target, MODELS_FOLDER, name));
  addFiles?.(target);
  return true;
}

function copyModel(name: string, target: string): void {
  cpSync(join(MODELS, name), target, { recursive: true, filter: (path) => basename(path) !== 'MODEL_CARD.md' });
}

function compile(folder: string, environment: Readonly<Record<string, string>>): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'functions', folder, 'handler.ts')],
    absWorkingDir: ROOT,
    outfile: 'index.js',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    external: FROM_LAYER,
    banner: { js: environmentBanner(environment) },
    logLevel: 'warning',
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`expected esbuild to give one file for functions/${folder}, received none`);
  return output.contents;
}

function environmentBanner(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `process.env[${JSON.stringify(name)}]??=${JSON.stringify(value)};`)
    .join('');
}
