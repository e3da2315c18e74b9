/** `npm start`: runs the stacks of this repository on this machine. */

import { join, relative } from 'node:path';
import { CREDENTIALS, REGION } from './account.ts';
import { Console } from './cli/console.ts';
import { emulatorOptions } from './cli/emulator-options.ts';
import { DEFAULT_PORT, describeStrictness, type Options, readOptions } from './cli/options.ts';
import { StartTiming } from './cli/start-timing.ts';
import { startedRollouts } from './cli/started-rollouts.ts';
import { removeOldAssets, SynthError, synthesize } from './cli/synth.ts';
import { AssemblyNotFoundError } from './cloudformation/assembly.ts';
import type { Change } from './cloudformation/deployment.ts';
import { RestoreError } from './cloudformation/stacks.ts';
import { Emulator } from './emulator.ts';
import { UnsupportedError } from './errors.ts';
import { PortInUseError } from './protocol/listen.ts';
import { findRunning } from './running.ts';
import { StateFormatError, StateInUseError } from './storage/database.ts';
import { removeState } from './storage/state.ts';

const PROJECT = join(import.meta.dirname, '..');

/** Time for running invocations to end after Ctrl-C, ms. Longer than a cold start. */
const GRACE_MS = 10_000;

/** Each port has a state of its own; an emulator on any free port has none. */
function stateOf({ port, home }: Options): string | undefined {
  return port === 0 ? undefined : join(home, 'state', String(port));
}

async function start(options: Options, terminal: Console): Promise<void> {
  const timing = new StartTiming();
  timing.end('loading the emulator');
  const state = stateOf(options);
  if (options.fresh && state !== undefined) removeState(state);
  const { port, home, speed, concurrency, accountConcurrency, freshRoles, lateMetrics, fault, seed, signed } = options;
  const emulator = await Emulator.start({
    port,
    home,
    ...(state !== undefined && { state }),
    speed,
    concurrency,
    accountConcurrency,
    freshRoles,
    lateMetrics,
    faults: fault,
    seed,
    signed,
    allowedHosts: options.allowHost,
    onAccess: terminal.access,
    onError: terminal.error,
  });
  timing.end(emulator.isContinued ? 'restoring the state' : 'starting the services');
  stopOnSignals(emulator, terminal);
  const changes = await apply(emulator, options, { terminal, timing });
  emulator.announce();
  terminal.table(summary(emulator, options));
  // Code that has changed since the last start is a new version, which earns its traffic.
  for (const line of startedRollouts(changes, startedWith(emulator, options))) terminal.line(line);
  if (options.timing) terminal.table(timing.rows());
  terminal.line(`ready in ${(performance.now() / 1000).toFixed(1)} s`);
}

interface Output {
  readonly terminal: Console;
  readonly timing: StartTiming;
}

async function apply(emulator: Emulator, options: Options, { terminal, timing }: Output): Promise<Change[]> {
  try {
    const assembly = options.assembly ?? (await ownAssembly(options, emulator, terminal));
    timing.end('synthesizing the stacks, if a source has changed');
    const changes = await emulator.apply(assembly);
    timing.end('deploying the stacks');
    return changes;
  } catch (error) {
    await emulator.stop(0);
    throw error;
  }
}

async function ownAssembly({ home, context }: Options, emulator: Emulator, terminal: Console): Promise<string> {
  const assembly = await synthesize({ project: PROJECT, home, context, onProgress: terminal.progress });
  if (findRunning(home).length === 0) removeOldAssets(assembly, emulator.folders());
  return assembly;
}

/** The options that choose this emulator, if others run from the same folder. */
function startedWith({ addresses }: Emulator, { home, port }: Options): string {
  return emulatorOptions({ home, ...(port !== DEFAULT_PORT && { port: new URL(addresses.url).port }) });
}

function summary(emulator: Emulator, options: Options): [string, string][] {
  const { home, speed, signed } = options;
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const { url, endpoint } = emulator.addresses;
  return [
    ['HTTP API', url],
    ['AWS', `${endpoint}  S3, SQS, Lambda, CloudWatch, CloudFormation, Step Functions`],
    ['settings', `AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${REGION}`],
    ['', `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`],
    ...emulator.buckets.map((bucket): [string, string] => ['bucket', `s3://${bucket}`]),
    ...stateRows(emulator, options),
    ['logs', relative(process.cwd(), join(home, 'logs'))],
    ...(speed === 1 ? [] : [['speed', `waiting times are divided by ${speed}`] as [string, string]]),
    ...describeStrictness(options).map((what): [string, string] => ['stricter', what]),
    [
      'access',
      `from this machine only (127.0.0.1); the HTTP API requires ${signed ? SIGNATURES : 'no authentication'}`,
    ],
    ['try', `curl${signed ? CURL_SIGNS : ''} -F file=@models/counter-nano/golden/cars.jpg ${url}/count-cars`],
  ];
}

function stateRows({ isContinued }: Emulator, options: Options): [string, string][] {
  const state = stateOf(options);
  if (state === undefined) return [['state', 'none: everything is gone at the end']];
  const folder = relative(process.cwd(), state);
  return [['state', isContinued ? `${folder}, from the last time; begin anew: npm start -- --fresh` : folder]];
}

const SIGNATURES = 'signatures where the templates do';
const CURL_SIGNS = ` --aws-sigv4 aws:amz:${REGION}:execute-api --user ${Object.values(CREDENTIALS).join(':')}`;

/** Ctrl-C waits for running invocations, a second Ctrl-C does not. */
function stopOnSignals(emulator: Emulator, terminal: Console): void {
  let signals = 0;
  const stop = async () => {
    signals += 1;
    if (signals === 1) terminal.line('stopping: waiting for running requests (Ctrl-C again to stop now)');
    await emulator.stop(signals === 1 ? GRACE_MS : 0);
    process.exit(0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

/** Expected errors are shown without a stack trace. */
function explain(error: unknown): string {
  if (error instanceof PortInUseError) return `${error.message} Choose another one: PORT=${error.port + 10} npm start`;
  if (error instanceof StateInUseError) return `${error.message} Choose another port: npm start -- --port <number>`;
  if (error instanceof StateFormatError || error instanceof RestoreError)
    return `${error.message} Begin anew: npm start -- --fresh`;
  const isExpected = [AssemblyNotFoundError, SynthError, UnsupportedError].some((type) => error instanceof type);
  if (error instanceof Error && isExpected) return error.message;
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
