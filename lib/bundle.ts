/**
 * Function code and model packages as CDK assets.
 *
 * Uses CDK's local bundling with esbuild's API, because `NodejsFunction` bundles again for each endpoint and copies
 * model packages with shell commands.
 */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { MODELS_FOLDER } from '../functions/contract.ts';
import { buildPage, PAGE_FOLDER } from '../functions/pages/build.ts';
import { SETS_FOLDER } from '../functions/plan/labelled-set.ts';
import { checkUnzipped, sizeOf } from '../layers/runtime/size.ts';
import { compile, writeDetect } from './compile.ts';
import type { DeployedFolder } from './labelled-folder.ts';

/** Contents of the detect function's asset. */
export interface DetectParts {
  /** Names of the model packages. */
  readonly models: readonly string[];
  /** Folder of the packages, one subfolder each. */
  readonly modelsFolder: string;
  /** The runtime layer, whose size counts towards Lambda's limit. */
  readonly layerFolder: string;
}

/**
 * The detect function with its model packages.
 *
 * @throws TooLargeError when code, models and layer together exceed Lambda's limit.
 */
export function detectCode({ models, modelsFolder, layerFolder }: DetectParts): AssetCode {
  return bundled('detect', models, (target) => {
    writeDetect(target);
    for (const name of models) copyModel(join(modelsFolder, name), join(target, MODELS_FOLDER, name));
    checkUnzipped({ layer: sizeOf(layerFolder), 'code and models': sizeOf(target) });
  });
}

/**
 * The docs function with its page.
 *
 * @param environment variables set by the code, because Lambda limits its own environment to 4 KB.
 */
export function docsCode(environment: Readonly<Record<string, string>>): AssetCode {
  return bundled('docs', environment, (target) => {
    writeFileSync(join(target, 'index.js'), compile('docs', environment));
    buildPage(join(target, PAGE_FOLDER));
  });
}

/** A function without further files. */
export function plainCode(
  folder: 'compaction' | 'drift-job' | 'events' | 'rollout' | 'status' | 'webhooks',
): AssetCode {
  return bundled(folder, {}, (target) => writeFileSync(join(target, 'index.js'), compile(folder)));
}

/** The function that copies labelled sets into the bucket, with the sets. */
export function labelsCode(folders: readonly DeployedFolder[]): AssetCode {
  const hashes = folders.map(({ hash }) => hash);
  return bundled('labels', hashes, (target) => {
    writeFileSync(join(target, 'index.js'), compile('labels'));
    for (const { folder, files, hash } of folders) {
      for (const file of files) {
        const to = join(target, SETS_FOLDER, hash, file);
        mkdirSync(dirname(to), { recursive: true });
        cpSync(join(folder, file), to);
      }
    }
    checkUnzipped({ 'code and labelled sets': sizeOf(target) });
  });
}

function bundled(folder: string, ingredients: unknown, write: (target: string) => void): AssetCode {
  return Code.fromAsset(join(import.meta.dirname, '..', 'functions', folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: local bundling succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      // Never run. CDK bundles once for equal commands: once for all endpoints with the same models.
      command: [folder, JSON.stringify(ingredients)],
      local: {
        tryBundle: (target) => {
          write(target);
          // Because a package.json further up, as in this repository, can make a .js file an ES module.
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
