/**
 * Builds the runtime layer: onnxruntime-node and sharp for one platform, from the npm registry, on any machine.
 *
 * Because all platforms of onnxruntime-node have 300 MB, over Lambda's limit, the layer has one, without the files that
 * only installation or development needs.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './size.ts';

const HERE = import.meta.dirname;
const BUILD = join(HERE, 'build');

/** A platform as Node names it. Lambda is `linux`; the emulator on a Mac is `darwin`. */
export interface Target {
  readonly os: 'linux' | 'darwin';
  readonly arch: 'arm64' | 'x64';
}

/** The layer could not be built. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
}

/** Packages that are loaded at run time; onnxruntime-node's installer needs the others of the lock file. */
const LOADED = ['onnxruntime-node', 'onnxruntime-common', 'sharp', '@img', 'detect-libc', 'semver'];

/** Folders that nothing reads at run time: sources, installers, ES modules beside CommonJS ones. */
const UNREAD = [
  'onnxruntime-node/lib',
  'onnxruntime-node/script',
  'onnxruntime-common/lib',
  'onnxruntime-common/dist/esm',
  'sharp/src',
];

/** Type declarations, source maps, documentation, but not READMEs: some packages have their licence only there. */
const UNREAD_FILES = /\.(d\.[cm]?ts|map|bnf)$|(^|\/)(?!LICEN[CS]E|README)[^/]*\.md$/i;

/**
 * Builds the layer for `target` unless it is up to date.
 *
 * @param into parent folder of layers. Default `layers/runtime/build`.
 * @returns the folder of the layer, with `nodejs/node_modules` in it.
 * @throws LayerError when the platform has no binaries, or npm fails.
 */
export function buildLayer(target: Target, into = BUILD): string {
  const folder = join(into, `${target.os}-${target.arch}`);
  const hash = inputHash(target);
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

/** Beside the layer, so that the hash of the asset does not depend on it. */
function markerOf(folder: string): string {
  return `${folder}.sha256`;
}

function isBuilt(folder: string, hash: string): boolean {
  const marker = markerOf(folder);
  return existsSync(folder) && existsSync(marker) && readFileSync(marker, 'utf8') === hash;
}

/** Deletes the marker first and writes it last, so that an interrupted build never counts as complete. */
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

function inputHash(target: Target): string {
  const hash = createHash('sha256').update(JSON.stringify(target));
  for (const file of ['package.json', 'package-lock.json', 'LICENSE.onnxruntime', 'build.ts']) {
    hash.update(readFileSync(join(HERE, file)));
  }
  return hash.digest('hex');
}

function install({ os, arch }: Target, folder: string): void {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(HERE, file), join(folder, file));
  const platform = [`--os=${os}`, `--cpu=${arch}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  // Because onnxruntime-node's script fetches CUDA from another host; the package has the libraries for the CPU.
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
