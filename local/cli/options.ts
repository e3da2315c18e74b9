/** The options of `npm start`. */

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Lateness } from '../cloudwatch/metrics.ts';

export interface Options {
  readonly port: number;
  readonly speed: number;
  readonly concurrency: number;
  readonly freshRoles: number;
  readonly lateMetrics: Lateness;
  readonly home: string;
  readonly context: readonly string[];
  readonly assembly?: string;
}

/** Because the AWS services use the port after that of the HTTP API. */
const MAX_PORT = 65_534;

/** Reads the command line and the environment. Ends the program on a wrong option. @param project the repository */
export function readOptions(project: string): Options {
  const path = (text: string) => resolve(text);
  const port = new Option(
    '--port <number>',
    'port of the HTTP API; the AWS services use the next one; 0: any two free ports',
  );
  const speed = new Option('--speed <factor>', 'divide all waiting times (retries, batches, rollouts) by this number');
  const concurrency = new Option('--concurrency <number>', 'most concurrent invocations of each function');
  const freshRoles = new Option('--fresh-roles <seconds>', 'refuse functions with new roles for so long, as AWS may');
  const lateMetrics = new Option(
    '--late-metrics <seconds,seconds>',
    'find metrics of functions, and those of Lambda itself, so much later, as on AWS: 60,210',
  );
  const home = new Option('--home <folder>', 'folder for the cloud assembly, logs and temporary files');
  const context = new Option('-c, --context <key=value>', 'CDK context, like the -c of cdk; can be repeated');
  const assembly = new Option('--assembly <folder>', 'run this cloud assembly instead of synthesizing the repository');
  return new Command('npm start --')
    .description('Runs the stacks of this repository on this machine, without an AWS account.')
    .addOption(port.env('PORT').default(8000).argParser(numberFrom(0, MAX_PORT)))
    .addOption(speed.env('LAPTOP_SPEED').default(1).argParser(numberFrom(1)))
    .addOption(concurrency.default(Math.max(2, availableParallelism())).argParser(numberFrom(1)))
    .addOption(freshRoles.default(0).argParser(numberFrom(0)))
    .addOption(lateMetrics.default({}, 'at once').argParser(parseLateness))
    .addOption(home.default(join(project, '.laptop')).argParser(path))
    .addOption(context.default([]).argParser(collect))
    .addOption(assembly.argParser(path))
    .parse()
    .opts<Options>();
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
