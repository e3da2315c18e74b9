/** The command line of `npm run doctor`. */

import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { checkConfig, type ResolvedDeployment } from '../../lib/check-config.ts';
import type { Deployment } from '../../lib/config.ts';
import type { Target } from '../rollout/connection.ts';
import { progressBar } from '../terminal/progress.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import { regionOf } from './checks/account.ts';
import { Cleanups } from './cleanups.ts';
import { clientsOf, type DoctorContext } from './context.ts';
import { rowCount, runChecks } from './doctor.ts';
import { exitCodeOf } from './exit-codes.ts';
import { type Receipt, receiptJson, receiptText } from './receipt.ts';
import { Checks, InterruptedError } from './runner.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

interface DoctorOptions extends Target {
  readonly before?: boolean;
  readonly endpoints?: string;
  readonly models?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** The command. */
export function program(): Command {
  return new Command('doctor')
    .description(
      'Checks an account before and after a deployment, and prints a receipt without account numbers and keys. It ' +
        'sends one picture to each endpoint by HTTP and one by an upload, as a caller does. Live traffic stays.',
    )
    .option('--before', 'check the account alone: what a deployment needs')
    .option('--local', 'use the local emulator (npm start) instead of AWS')
    .option('--endpoints <file>', 'module that exports the deployment; default: lib/endpoints.ts')
    .option('--models <folder>', 'folder of the model packages; default: models')
    .addOption(new Option('--token <jwt>', 'token of a caller, where the API expects one').env('API_TOKEN'))
    .option('--home <folder>', "the emulator's folder", (text) => resolve(text), join(PROJECT, '.laptop'))
    .option('--port <number>', "port of the emulator's HTTP API, if several run")
    .option('--json', 'print JSON')
    .action((options: DoctorOptions) => doctor(options, processTerminal));
}

async function doctor(options: DoctorOptions, terminal: Terminal): Promise<void> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort(new InterruptedError('interrupted'));
  // Because the clean-up must still run where the terminal is gone and nobody reads.
  process.stderr.on('error', () => {});
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // Not once: npm passes Ctrl-C on to its child, which gets it a second time, and would end without the clean-up.
  for (const signal of signals) process.on(signal, stop);
  const context = await contextOf(options, interrupt.signal);
  const receipt = await run(context, options.before === true);
  for (const signal of signals) process.off(signal, stop);
  const own = { secrets: await secretsOf(context), folders: [PROJECT, homedir(), tmpdir()] };
  terminal.print(options.json ? receiptJson(receipt, own) : receiptText(receipt, own, terminal));
  process.exitCode = exitCodeOf(receipt.rows, receipt.isInterrupted);
}

/** Runs the checks, and cleans up in every case. */
async function run(context: DoctorContext, isBefore: boolean): Promise<Receipt> {
  const started = { at: new Date(), ms: performance.now() };
  const bar = progressBar('checks');
  const total = rowCount(context, isBefore) + 1;
  const checks = new Checks(context.signal, (rows) => bar.report(Math.min(rows.length, total), total));
  let isInterrupted = false;
  try {
    await runChecks(context, checks, isBefore);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    isInterrupted = true;
  } finally {
    checks.add({ check: 'clean-up', ...(await context.cleanups.run()) });
    bar.end();
  }
  const region = await regionOf(context.clients.sts.config.region).catch(() => undefined);
  return {
    deployment: context.deployment.name,
    ...(region !== undefined && { region }),
    at: started.at.toISOString(),
    node: process.version,
    isInterrupted,
    seconds: Math.round((performance.now() - started.ms) / 100) / 10,
    rows: checks.rows,
  };
}

async function contextOf(options: DoctorOptions, signal: AbortSignal): Promise<DoctorContext> {
  const { token, local = false } = options;
  return {
    clients: clientsOf(options),
    deployment: await settingsOf(options),
    isLocal: local,
    ...(token !== undefined && { token }),
    signal,
    cleanups: new Cleanups(),
  };
}

/** @throws ConfigError */
async function settingsOf({ endpoints, models }: DoctorOptions): Promise<ResolvedDeployment> {
  const module = endpoints === undefined ? '../../lib/endpoints.ts' : pathToFileURL(resolve(endpoints)).href;
  const { deployment } = (await import(module)) as { deployment: Deployment };
  return checkConfig(deployment, models === undefined ? undefined : resolve(models), endpoints);
}

/** The keys in use, wherever a message quotes them. The emulator's are no secrets, and a word of its own name. */
async function secretsOf({ clients, token = '', isLocal }: DoctorContext): Promise<string[]> {
  if (isLocal) return [token];
  const none = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };
  const credentials = await Promise.resolve(clients.sts.config.credentials()).catch(() => none);
  const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials;
  return [token, accessKeyId, secretAccessKey, sessionToken];
}
