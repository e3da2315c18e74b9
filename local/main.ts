/** `npm start`: the stacks of this repository, running on this machine. */

import { join, relative } from 'node:path';
import { CREDENTIALS, REGION } from './account.ts';
import { Console } from './cli/console.ts';
import { type Options, readOptions } from './cli/options.ts';
import { removeOldAssets, SynthError, synthesize } from './cli/synth.ts';
import { Emulator } from './emulator.ts';
import { UnsupportedError } from './errors.ts';
import { PortInUseError } from './protocol/listen.ts';
import { findRunning } from './running.ts';

const PROJECT = join(import.meta.dirname, '..');

/** A second for what is running at Ctrl-C would be too little for a cold start, a minute too long to wait for. */
const GRACE_MS = 10_000;

async function start(options: Options, terminal: Console): Promise<void> {
  const { port, home, speed, concurrency } = options;
  const laptop = await Emulator.start({
    port,
    home,
    speed,
    concurrency,
    onAccess: terminal.access,
    onError: terminal.error,
  });
  endWith(laptop, terminal);
  try {
    const assembly = options.assembly ?? (await ownAssembly(options, terminal));
    await laptop.apply(assembly);
  } catch (error) {
    await laptop.stop(0);
    throw error;
  }
  laptop.announce();
  terminal.table(addresses(laptop, options));
  terminal.line(`ready in ${(performance.now() / 1000).toFixed(1)} s`);
}

async function ownAssembly({ home, context }: Options, terminal: Console): Promise<string> {
  const assembly = await synthesize({ project: PROJECT, home, context, onProgress: terminal.progress });
  if (findRunning(home).length === 0) removeOldAssets(assembly);
  return assembly;
}

function addresses(laptop: Emulator, { home, speed }: Options): [string, string][] {
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const { url, endpoint } = laptop.addresses;
  return [
    ['HTTP API', url],
    [
      'AWS',
      `${endpoint}  S3, SQS, Lambda, CloudWatch, Step Functions: AWS_ENDPOINT_URL, key ${accessKeyId}, secret ${secretAccessKey}, region ${REGION}`,
    ],
    ...laptop.buckets.map((bucket): [string, string] => ['bucket', `s3://${bucket}`]),
    ['logs', relative(process.cwd(), join(home, 'logs'))],
    ...(speed === 1 ? [] : [['speed', `waiting times are divided by ${speed}`] as [string, string]]),
    ['note', 'only this machine can reach it (127.0.0.1); nobody is asked who they are'],
    ['try', `curl -F file=@models/counter-nano/golden/cars.jpg ${url}/count-cars`],
  ];
}

/** Ctrl-C lets running requests end, a second one does not. */
function endWith(laptop: Emulator, terminal: Console): void {
  let asked = 0;
  const end = async () => {
    asked += 1;
    if (asked === 1) terminal.line('ending; once more to end at once');
    await laptop.stop(asked === 1 ? GRACE_MS : 0);
    process.exit(0);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
}

/** Faults that need no stack to be understood. */
function explain(error: unknown): string {
  if (error instanceof PortInUseError) return `${error.message}. Choose another: PORT=${error.port + 10} npm start`;
  if (error instanceof SynthError || error instanceof UnsupportedError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const terminal = new Console(process.stdout);
try {
  await start(readOptions(PROJECT), terminal);
} catch (error) {
  if (error instanceof SynthError) terminal.showProgress();
  terminal.line(explain(error));
  process.exit(1);
}
