/**
 * Builds the runtime layer: onnxruntime-node and sharp for one platform, from the npm registry, on any machine.
 *
 *   npm run layer -- --arch arm64      (or x64; the default is arm64)
 *
 * All platforms of onnxruntime-node together are 300 MB, over what Lambda takes, so all but one are left out, and with
 * them whatever serves installation or development alone.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './size.ts';

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

/** What is loaded at run time; the lock file's other packages serve onnxruntime-node's installation. */
const LOADED = ['onnxruntime-node', 'onnxruntime-common', 'sharp', '@img', 'detect-libc', 'semver'];

/** Folders of these that nothing reads at run time: sources, installers, ES modules beside CommonJS ones. */
const UNREAD = [
  'onnxruntime-node/lib',
  'onnxruntime-node/script',
  'onnxruntime-common/lib',
  'onnxruntime-common/dist/esm',
  'sharp/src',
];

/** Type declarations, source maps, documentation. READMEs stay: some are the only place of a licence. */
const UNREAD_FILES = /\.(d\.[cm]?ts|map|bnf)$|(^|\/)(?!LICEN[CS]E|README)[^/]*\.md$/i;

/**
 * The folder of the layer for `target` (it holds `nodejs/node_modules`), built when there is none that is up to date.
 *
 * @param into where layers lie; `layers/runtime/build` by default.
 * @throws LayerError when there are no binaries for the platform, or npm fails.
 */
export function buildLayer(target: Target, into = BUILD): string {
  const folder = join(into, `${target.os}-${target.arch}`);
  const hash = recipeHash(target);
  if (isBuilt(folder, hash)) return folder;
  mkdirSync(into, { recursive: true });
  removeAbandoned(into);
  const staging = join(into, `.staging-${process.pid}`);
  try {
    mkdirSync(join(staging, 'layer', 'nodejs'), { recursive: true });
    install(target, staging);
    prune(target, join(staging, 'node_modules'));
    renameSync(join(staging, 'node_modules'), join(staging, 'layer', 'nodejs', 'node_modules'));
    publish(join(staging, 'layer'), folder, hash);
    return folder;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Beside the layer and not in it, so that the layer's own hash depends on its contents alone. */
function markerOf(folder: string): string {
  return `${folder}.sha256`;
}

function isBuilt(folder: string, hash: string): boolean {
  const marker = markerOf(folder);
  return existsSync(folder) && existsSync(marker) && readFileSync(marker, 'utf8') === hash;
}

/** The marker goes first and comes last: what was killed in between is never taken for a whole layer. */
function publish(built: string, folder: string, hash: string): void {
  rmSync(markerOf(folder), { force: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(built, folder);
  writeFileSync(`${built}.sha256`, hash);
  renameSync(`${built}.sha256`, markerOf(folder));
}

function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\.staging-(\d+)$/.exec(name)?.[1]);
    if (pid && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function recipeHash(target: Target): string {
  const hash = createHash('sha256').update(JSON.stringify(target));
  for (const file of ['package.json', 'package-lock.json', 'LICENSE.onnxruntime', 'build.ts']) {
    hash.update(readFileSync(join(HERE, file)));
  }
  return hash.digest('hex');
}

function install({ os, arch }: Target, folder: string): void {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(HERE, file), join(folder, file));
  const platform = [`--os=${os}`, `--cpu=${arch}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  // onnxruntime-node's own script would fetch CUDA from another host; the CPU's libraries are in the package.
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['ci', ...platform, ...options], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new LayerError(`npm ci for the runtime layer of ${os}-${arch} failed: ${error?.message ?? stderr.trim()}`);
}

function prune({ os, arch }: Target, modules: string): void {
  keepOnly(modules, LOADED);
  for (const folder of UNREAD) rmSync(join(modules, folder), { recursive: true, force: true });
  const binaries = join(modules, 'onnxruntime-node', 'bin', 'napi-v6');
  if (!existsSync(join(binaries, os, arch))) throw new LayerError(`onnxruntime-node has no binaries for ${os}-${arch}`);
  keepOnly(binaries, [os]);
  keepOnly(join(binaries, os), [arch]);
  for (const file of filesOf(modules)) if (UNREAD_FILES.test(file)) rmSync(file);
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    cpSync(join(HERE, 'LICENSE.onnxruntime'), join(modules, name, 'LICENSE'));
  }
}

function keepOnly(folder: string, names: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    if (!names.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
