/** The options of `npm start`. */

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Lateness } from '../cloudwatch/metrics.ts';
import type { Fault } from '../protocol/faults.ts';
import { describeFault, parseFault } from './fault-option.ts';

/** How much stricter and slower than by default the emulator is. */
export interface Strictness {
  /** Concurrent invocations of all functions together. */
  readonly accountConcurrency: number;
  /** Seconds during which functions with new roles are refused by all services. */
  readonly freshRoles: number;
  /** How late metrics come. */
  readonly lateMetrics: Lateness;
  /** Calls that fail on purpose. */
  readonly fault: readonly Fault[];
}

export interface Options extends Strictness {
  readonly port: number;
  readonly speed: number;
  readonly concurrency: number;
  /** Of the faults. */
  readonly seed: number;
  readonly signed: boolean;
  /** Whether to begin without the state of earlier starts. */
  readonly fresh: boolean;
  /** Whether to print where the time of the start goes. */
  readonly timing: boolean;
  /** In lower case. */
  readonly allowHost: readonly string[];
  readonly home: string;
  readonly context: readonly string[];
  readonly assembly?: string;
}

/** Port of the HTTP API without `--port`. */
export const DEFAULT_PORT = 8000;

/** Because the AWS services use the port after that of the HTTP API. */
const MAX_PORT = 65_534;

/**
 * What `--like-aws` sets. Each number is an assumption, because AWS documents none but the quota, which new accounts
 * have: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LIKE_AWS: Strictness = {
  accountConcurrency: 10,
  freshRoles: 8,
  lateMetrics: { emf: 60, lambda: 210 },
  fault: ['s3:503:0.01', 'lambda:500:0.01', 'cloudwatch:500:0.01', 'states:400:0.01'].map(parseFault),
};

/** Reads the command line and the environment. Ends the program on a wrong option. @param project the repository */
export function readOptions(project: string): Options {
  return command(project).parse().opts<Options>();
}

/** The command `npm start --`, before it has read anything. @param project the repository */
export function command(project: string): Command {
  const program = new Command('npm start --');
  for (const option of [...ordinaryOptions(project), ...strictOptions()]) program.addOption(option);
  return program.description('Runs the stacks of this repository on this machine, without an AWS account.');
}

function ordinaryOptions(project: string): Option[] {
  const path = (text: string) => resolve(text);
  const port = new Option(
    '--port <number>',
    'port of the HTTP API; the AWS services use the next one; 0: any two free ports',
  );
  const speed = new Option('--speed <factor>', 'divide all waiting times (retries, batches, rollouts) by this number');
  const concurrency = new Option('--concurrency <number>', 'most processes of each function at a time');
  const signed = new Option('--signed', 'require AWS signatures where the templates do (IAM), as API Gateway does');
  const allowHost = new Option(
    '--allow-host <name>',
    'answer requests for this host name too, as that of a proxy or a tunnel to this machine; can be repeated',
  );
  const fresh = new Option('--fresh', 'begin anew: forget objects, versions, rollouts and metrics of earlier starts');
  const timing = new Option('--timing', 'print where the time of the start goes');
  const home = new Option('--home <folder>', 'folder for the cloud assembly, state, logs and temporary files');
  const context = new Option('-c, --context <key=value>', 'CDK context, like the -c of cdk; can be repeated');
  const assembly = new Option('--assembly <folder>', 'run this cloud assembly instead of synthesizing the repository');
  return [
    port.env('PORT').default(DEFAULT_PORT).argParser(numberFrom(0, MAX_PORT)),
    speed.env('LAPTOP_SPEED').default(1).argParser(numberFrom(1)),
    concurrency.default(Math.max(2, availableParallelism())).argParser(numberFrom(1)),
    signed.default(false),
    fresh.default(false),
    timing.default(false),
    allowHost.default([], 'none').argParser(collectHost),
    home.default(join(project, '.laptop')).argParser(path),
    context.default([]).argParser(collect),
    assembly.argParser(path),
  ];
}

/** Options of `Strictness`, and the one that sets them all. An option that is given overrides it. */
function strictOptions(): Option[] {
  const likeAws = new Option('--like-aws', 'as strict and slow as AWS: sets the options that follow');
  const accountConcurrency = new Option(
    '--account-concurrency <number>',
    'throttle more concurrent invocations of all functions together, as a new account does: 10',
  );
  const freshRoles = new Option('--fresh-roles <seconds>', 'refuse functions with new roles for so long, as AWS may');
  const lateMetrics = new Option(
    '--late-metrics <seconds,seconds>',
    'find metrics of functions, and those of Lambda itself, so much later, as on AWS: 60,210',
  );
  const fault = new Option(
    '--fault <service:status:rate>',
    'answer a share of the calls of a service, or of one operation, with its error: s3:503:0.2 or ' +
      's3.PutObject:503:0.2; can be repeated',
  );
  const seed = new Option('--seed <number>', 'another number chooses other calls for the faults');
  return [
    likeAws.implies({ ...LIKE_AWS }),
    accountConcurrency.default(Number.POSITIVE_INFINITY, 'no limit').argParser(wholeFrom(1)),
    freshRoles.default(0).argParser(numberFrom(0)),
    lateMetrics.default({}, 'at once').argParser(parseLateness),
    fault.default([], 'none').argParser((text, before: readonly Fault[]) => [...before, parseFault(text)]),
    seed.default(1).argParser(wholeFrom(0)),
  ];
}

function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}, received ${text}.`);
  };
}

function numberFrom(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number ${range}, received ${text}.`);
  };
}

function parseLateness(text: string): Lateness {
  const [, emf, lambda] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (emf !== undefined && lambda !== undefined) return { emf: Number(emf), lambda: Number(lambda) };
  throw new InvalidArgumentError(`Expected two whole numbers, as 60,210, received ${text}.`);
}

function collect(one: string, before: readonly string[]): readonly string[] {
  if (one.includes('=')) return [...before, one];
  throw new InvalidArgumentError(`Expected key=value, received ${one}.`);
}

function collectHost(name: string, before: readonly string[]): readonly string[] {
  if (/^[a-z0-9.-]+$/i.test(name)) return [...before, name.toLowerCase()];
  throw new InvalidArgumentError(`Expected a host name without port, as laptop.example.org, received ${name}.`);
}

/** What differs from the default, a sentence for each. */
export function describeStrictness({ accountConcurrency, freshRoles, lateMetrics, fault }: Strictness): string[] {
  const { emf = 0, lambda = 0 } = lateMetrics;
  const failing = fault.filter(({ rate }) => rate > 0);
  return [
    ...(Number.isFinite(accountConcurrency) ? [`${accountConcurrency} concurrent invocations in the account`] : []),
    ...(freshRoles > 0 ? [`new roles are refused for ${freshRoles} s`] : []),
    ...(emf + lambda > 0 ? [`metrics come ${emf} s late, those of Lambda itself ${lambda} s`] : []),
    ...(failing.length > 0 ? [`faults: ${failing.map(describeFault).join(' ')}`] : []),
  ];
}
