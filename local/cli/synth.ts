/** Synthesizes the stacks for this machine, unless nothing has changed since the last time. */

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

/** `cdk synth` ended with an error, which it told as progress. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
}

export interface SynthOptions {
  /** The repository. */
  readonly project: string;
  /** Folder of the laptop; the assembly goes below it. */
  readonly home: string;
  /** `key=value` for the CDK's `-c`; a value may be the path of a file or a folder that the assembly is made from. */
  readonly context: readonly string[];
  /** Hears of the output of `cdk synth`, line by line. */
  readonly onProgress: (line: string) => void;
}

/** What the assembly is made from. */
const SOURCES = ['lib', 'functions', 'layers', 'models', 'cdk.json', 'package.json', 'package-lock.json'];

/** Made by the synthesis itself: what a layer is built into. */
const OUTPUT = 'build';

/** What the CDK says to people who started it themselves. */
const BESIDE_THE_POINT = /^(Successfully synthesized|Supply a stack id)/;

/** Returns the folder of the assembly. @throws SynthError */
export async function synthesize(options: SynthOptions): Promise<string> {
  const { home } = options;
  const assembly = join(home, 'cdk.out');
  mkdirSync(home, { recursive: true });
  // Node looks upwards for what kind of module a file is, and the repository's own answer is not for Lambda functions.
  writeFileSync(join(home, 'package.json'), '{"type":"commonjs"}\n');
  const fingerprint = join(home, 'synthesized-from');
  const now = fingerprintOf(options);
  const before = existsSync(fingerprint) ? readFileSync(fingerprint, 'utf8') : '';
  if (before === now && existsSync(join(assembly, 'manifest.json'))) return assembly;
  rmSync(fingerprint, { force: true });
  const first = existsSync(assembly) ? '' : ' and building their native packages: the first time takes a minute';
  options.onProgress(`synthesizing the stacks${first}`);
  await run(options, assembly);
  writeFileSync(fingerprint, now);
  return assembly;
}

/** Removes what earlier syntheses left, layers of 60 MB each among it. Versions of a laptop that runs may still need it. */
export function removeOldAssets(assembly: string): void {
  const used = new Set(readAssembly(assembly).flatMap(({ assets }) => [...assets.values()]));
  for (const name of readdirSync(assembly)) {
    const path = join(realpathSync(assembly), name);
    if (name.startsWith('asset.') && !used.has(path)) rmSync(path, { recursive: true });
  }
}

async function run({ project, context, onProgress }: SynthOptions, assembly: string): Promise<void> {
  const cli = join(project, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const machine = [`architecture=${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`, `os=${process.platform}`];
  const contexts = [...machine, ...context].flatMap((one) => ['-c', one]);
  const args = ['synth', '--quiet', '--no-notices', '--output', assembly, ...contexts];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: project,
    env: synthEnvironment(project),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended with all that it started.
    detached: true,
  });
  const end = () => child.pid && process.kill(-child.pid);
  process.once('exit', end);
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line && !BESIDE_THE_POINT.test(line)) onProgress(line);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', end);
  if (code !== 0) throw new SynthError(`expected cdk synth to succeed, it ended with ${code}`);
}

/**
 * Only what a synthesis needs: the result must depend on the files alone, and the CDK must not look for an account, over
 * the network, that the laptop does not have.
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

/** Names, sizes and times of all source files. */
function fingerprintOf({ project, context }: SynthOptions): string {
  const given = context.map((one) => one.slice(one.indexOf('=') + 1));
  const files = [...SOURCES, ...given].flatMap((source) => filesOf(resolve(project, source)));
  const all = [process.arch, process.platform, ...context, ...files];
  return createHash('sha256').update(all.join('\n')).digest('hex');
}

function filesOf(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [`${path} ${stats.size} ${stats.mtimeMs}`];
  const names = readdirSync(path).filter((name) => name !== OUTPUT);
  return names.sort().flatMap((name) => filesOf(join(path, name)));
}
