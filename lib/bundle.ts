/**
 * Functions' code as CDK assets, model packages beside it.
 *
 * It uses CDK's local bundling with esbuild's API instead of `NodejsFunction`, which would bundle again for each
 * endpoint and copy model packages by shell commands.
 */

import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { MODELS_FOLDER } from '../functions/contract.ts';
import { buildPage, PAGE_FOLDER } from '../functions/pages/build.ts';
import { checkUnzipped, sizeOf } from '../layers/runtime/size.ts';
import { compile } from './compile.ts';

/** What the detect function is made from. */
export interface DetectParts {
  /** Names of the model packages. */
  readonly models: readonly string[];
  /** Where they lie, one folder each. */
  readonly modelsFolder: string;
  /** The runtime layer: together they have to fit into Lambda. */
  readonly layerFolder: string;
}

/** The detect function with its model packages, checked to fit into Lambda together with the layer. */
export function detectCode({ models, modelsFolder, layerFolder }: DetectParts): AssetCode {
  return bundled('detect', models, (target) => {
    writeFileSync(join(target, 'index.js'), compile('detect'));
    for (const name of models) copyModel(join(modelsFolder, name), join(target, MODELS_FOLDER, name));
    checkUnzipped({ layer: sizeOf(layerFolder), 'code and models': sizeOf(target) });
  });
}

/**
 * The docs function with its page.
 *
 * @param environment variables that travel in the code, since Lambda takes 4 KB of its own at most.
 */
export function docsCode(environment: Readonly<Record<string, string>>): AssetCode {
  return bundled('docs', environment, (target) => {
    writeFileSync(join(target, 'index.js'), compile('docs', environment));
    buildPage(join(target, PAGE_FOLDER));
  });
}

/** A function that is nothing but its code. */
export function plainCode(folder: 'rollout' | 'status'): AssetCode {
  return bundled(folder, {}, (target) => writeFileSync(join(target, 'index.js'), compile(folder)));
}

function bundled(folder: string, ingredients: unknown, write: (target: string) => void): AssetCode {
  return Code.fromAsset(join(import.meta.dirname, '..', 'functions', folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: local bundling succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      // Never run, but CDK bundles once for equal commands: once for all endpoints with the same models.
      command: [folder, JSON.stringify(ingredients)],
      local: {
        tryBundle: (target) => {
          write(target);
          // Without it Node takes index.js for an ES module where a package.json further up says so, as in this repository.
          writeFileSync(join(target, 'package.json'), '{"type":"commonjs"}\n');
          return true;
        },
      },
    },
  });
}

function copyModel(source: string, target: string): void {
  cpSync(source, target, { recursive: true, filter: (path) => basename(path) !== 'MODEL_CARD.md' });
}
