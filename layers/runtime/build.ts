/**
 * Builds the runtime layer: onnxruntime-node and sharp for one platform, from the npm registry, on any machine.
 *
 *   npm run layer -- --arch arm64      (or x64; the default is arm64)
 *
 * All platforms of onnxruntime-node together are 300 MB, over what Lambda takes, so all but one are left out, and with
 * them whatever only serves installation or development.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const HERE = import.meta.dirname;
const BUILD = join(HERE, 'build');

/** A platform in Node's words. Lambda is `linux`; `darwin` serves the laptop. */
export interface Target {
  readonly os: 'linux' | 'darwin';
  readonly arch: 'arm64' | 'x64';
}

/** The layer could not be built. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
}

/** Packages that are loaded at run time; the others of the lock file only serve onnxruntime-node's installation. */
const LOADED = ['onnxruntime-node', 'onnxruntime-common', 'sharp', '@img', 'detect-libc', 'semver'];

/** Folders of loaded packages that no code at run time reads: C++ and TypeScript sources, installers. */
const UNREAD = [
  'onnxruntime-node/lib',
  'onnxruntime-node/script',
  'onnxruntime-common/lib',
  'onnxruntime-common/dist/esm',
  'sharp/src',
];

/** Type declarations, source maps and documentation. Licences stay, and READMEs where they hold the licence. */
const UNREAD_FILES = /\.(d\.[cm]?ts|map|md|bnf)$/;
const LICENCE_FILES = /^(LICEN[CS]E|NOTICE|ThirdPartyNotices)|^README\.md$/i;

/**
 * The folder of the layer for `target` (it holds `nodejs/node_modules`), built when there is none that is up to date.
 *
 * @throws LayerError when there are no binaries for the platform, or npm fails.
 */
export function buildLayer(target: Target): string {
  const name = `${target.os}-${target.arch}`;
  const folder = join(BUILD, name);
  const marker = `${folder}.sha256`;
  const hash = recipeHash(target);
  if (existsSync(folder) && existsSync(marker) && readFileSync(marker, 'utf8') === hash) return folder;
  mkdirSync(BUILD, { recursive: true });
  const staging = mkdtempSync(join(BUILD, '.staging-'));
  try {
    install(target, staging);
    prune(target, join(staging, 'node_modules'));
    mkdirSync(join(staging, 'layer', 'nodejs'), { recursive: true });
    renameSync(join(staging, 'node_modules'), join(staging, 'layer', 'nodejs', 'node_modules'));
    // The marker goes first and comes last: a build that was killed in between is never taken for a whole one.
    rmSync(marker, { force: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(staging, 'layer'), folder);
    writeFileSync(join(staging, 'marker'), hash);
    renameSync(join(staging, 'marker'), marker);
    return folder;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function recipeHash(target: Target): string {
  const hash = createHash('sha256').update(JSON.stringify(target));
  for (const file of ['package.json', 'package-lock.json', 'build.ts']) hash.update(readFileSync(join(HERE, file)));
  return hash.digest('hex');
}

function install({ os, arch }: Target, folder: string): void {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(HERE, file), join(folder, file));
  const platform = [`--os=${os}`, `--cpu=${arch}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['ci', ...platform, ...options], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new LayerError(`npm ci for the runtime layer (${os}-${arch}) failed: ${error?.message ?? stderr.trim()}`);
}

function prune({ os, arch }: Target, modules: string): void {
  keepOnly(modules, LOADED);
  for (const folder of UNREAD) rmSync(join(modules, folder), { recursive: true, force: true });
  const binaries = join(modules, 'onnxruntime-node', 'bin', 'napi-v6');
  if (!existsSync(join(binaries, os, arch))) {
    throw new LayerError(`onnxruntime-node has no binaries for ${os}-${arch}`);
  }
  keepOnly(binaries, [os]);
  keepOnly(join(binaries, os), [arch]);
  for (const file of filesOf(modules)) {
    if (UNREAD_FILES.test(file) && !LICENCE_FILES.test(basename(file))) rmSync(file);
  }
}

function keepOnly(folder: string, names: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    if (!names.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Bytes of all files below a folder. */
export function sizeOf(folder: string): number {
  return filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { arch: { type: 'string', default: 'arm64' }, os: { type: 'string', default: 'linux' } },
  });
  const folder = buildLayer(values as Target);
  console.log(`${folder}: ${(sizeOf(folder) / 1e6).toFixed(1)} MB`);
}
