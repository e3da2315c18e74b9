/** Synthesizes the stacks for this machine, if a source has changed since the last time. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readAssembly } from '../cloudformation/assembly.ts';

/** `cdk synth` failed. Its output was passed to `onProgress`. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
}

export interface SynthOptions {
  /** The repository. */
  readonly project: string;
  /** Folder of the emulator; the assembly is a subfolder. */
  readonly home: string;
  /** `key=value` for the CDK's `-c`. Files and folders that a value names are sources, too. */
  readonly context: readonly string[];
  /** Called for each line of the output of `cdk synth`. */
  readonly onProgress: (line: string) => void;
}

/** Sources of the assembly. */
const SOURCES = ['lib', 'functions', 'layers', 'models', 'cdk.json', 'package.json', 'package-lock.json'];

/** In the assembly: files and folders that the synthesis has read elsewhere, as written by `lib/sources.ts`. */
const ELSEWHERE = 'sources.json';

/** Not a source: the synthesis builds layers into it. */
const OUTPUT = 'build';

/** Lines of the CDK for users who started it themselves. */
const IRRELEVANT = /^(Successfully synthesized|Supply a stack id)/;

/** Returns the folder of the assembly. @throws SynthError */
export async function synthesize(options: SynthOptions): Promise<string> {
  const { home } = options;
  const assembly = join(home, 'cdk.out');
  mkdirSync(home, { recursive: true });
  // Without this, Node takes the module type of functions from the repository's package.json.
  writeFileSync(join(home, 'package.json'), '{"type":"commonjs"}\n');
  const fingerprint = join(home, 'synthesized-from');
  const own = fingerprintOf(options);
  const before = existsSync(fingerprint) ? readFileSync(fingerprint, 'utf8') : '';
  if (before === own + fingerprintElsewhere(assembly) && existsSync(join(assembly, 'manifest.json'))) return assembly;
  rmSync(fingerprint, { force: true });
  const first = existsSync(assembly) ? '' : ' and building native packages (about a minute the first time)';
  options.onProgress(`synthesizing the stacks${first}`);
  const begunAt = Date.now();
  await run(options, assembly);
  // What was changed meanwhile may not have been read: then the next start synthesizes again.
  const isUnchanged = sourcesElsewhere(assembly).every(({ changedAt }) => changedAt < begunAt);
  if (isUnchanged) writeFileSync(fingerprint, own + fingerprintElsewhere(assembly));
  return assembly;
}

/**
 * Removes assets of earlier syntheses, such as layers of 60 MB. A running emulator may still need them.
 * @param needed further folders to keep
 */
export function removeOldAssets(assembly: string, needed: ReadonlySet<string>): void {
  const used = new Set([...needed, ...readAssembly(assembly).flatMap(({ assets }) => [...assets.values()])]);
  for (const name of readdirSync(assembly)) {
    const path = join(realpathSync(assembly), name);
    if (name.startsWith('asset.') && !used.has(path)) rmSync(path, { recursive: true });
  }
}

async function run({ project, context, onProgress }: SynthOptions, assembly: string): Promise<void> {
  const cli = join(project, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const machine = [
    `architecture=${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`,
    `os=${process.platform}`,
    'laptop=true',
  ];
  const contexts = [...machine, ...context].flatMap((one) => ['-c', one]);
  const args = ['synth', '--quiet', '--no-notices', '--no-version-reporting', '--output', assembly, ...contexts];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: project,
    env: synthEnvironment(project),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that its children can be ended with it.
    detached: true,
  });
  const end = () => child.pid && process.kill(-child.pid);
  process.once('exit', end);
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line && !IRRELEVANT.test(line)) onProgress(line);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', end);
  if (code !== 0) throw new SynthError(`cdk synth failed with exit code ${code}; the lines above have the reason`);
}

/**
 * Only the variables that a synthesis needs, so that its result depends on the files alone, and the CDK does not search
 * the network for an AWS account.
 */
function synthEnvironment(project: string): Record<string, string> {
  const { HOME = '', TMPDIR = '', npm_config_cache = '' } = process.env;
  const own = Object.entries({ HOME, TMPDIR, npm_config_cache }).filter(([, value]) => value !== '');
  return {
    ...Object.fromEntries(own),
    PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(':'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // Saves two seconds and more; `cdk deploy` checks the templates against CloudFormation's schemas.
    CDK_VALIDATION: 'false',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/** A file that the assembly depends on. */
interface Source {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** A digest of names, sizes and times of all source files that are known before a synthesis. */
function fingerprintOf({ project, context }: SynthOptions): string {
  const given = context.map((one) => one.slice(one.indexOf('=') + 1));
  const files = [...SOURCES, ...given].flatMap((source) => filesOf(resolve(project, source)));
  return digestOf([process.arch, process.platform, ...context], files);
}

/** A digest of those that the last synthesis has read elsewhere. */
function fingerprintElsewhere(assembly: string): string {
  return digestOf([], sourcesElsewhere(assembly));
}

function sourcesElsewhere(assembly: string): Source[] {
  const list = join(assembly, ELSEWHERE);
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as string[]).flatMap(filesOf) : [];
}

function digestOf(words: readonly string[], files: readonly Source[]): string {
  const rows = files.map(({ path, size, changedAt }) => `${path} ${size} ${changedAt}`);
  return createHash('sha256')
    .update([...words, ...rows].join('\n'))
    .digest('hex');
}

function filesOf(path: string): Source[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [{ path, size: stats.size, changedAt: stats.mtimeMs }];
  const names = readdirSync(path).filter((name) => name !== OUTPUT);
  return names.sort().flatMap((name) => filesOf(join(path, name)));
}
