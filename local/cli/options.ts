/** The options of `npm start`. */

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

export interface Options {
  readonly port: number;
  readonly speed: number;
  readonly concurrency: number;
  readonly home: string;
  readonly context: readonly string[];
  readonly assembly?: string;
}

/** The services have the port after the API's. */
const MAX_PORT = 65_534;

/** Reads the command line and the environment; ends the program when it cannot. @param project the repository */
export function readOptions(project: string): Options {
  const path = (text: string) => resolve(text);
  const port = new Option('--port <number>', 'port of the HTTP API, the AWS services get the next one; 0: any two');
  const speed = new Option('--speed <factor>', 'divides all waiting times: retries, batches, rollouts');
  const concurrency = new Option('--concurrency <number>', 'most invocations of a function at a time');
  const home = new Option('--home <folder>', 'where assembly, logs and temporary files go');
  const context = new Option('-c, --context <key=value>', "context for the CDK, as in cdk's -c (again for more)");
  const assembly = new Option('--assembly <folder>', 'a cloud assembly to run instead of synthesizing this repository');
  return new Command('npm start --')
    .description('Runs the stacks of this repository on this machine, without an AWS account.')
    .addOption(port.env('PORT').default(8000).argParser(numberFrom(0, MAX_PORT)))
    .addOption(speed.env('LAPTOP_SPEED').default(1).argParser(numberFrom(1)))
    .addOption(concurrency.default(Math.max(2, availableParallelism())).argParser(numberFrom(1)))
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

function collect(one: string, before: readonly string[]): readonly string[] {
  if (one.includes('=')) return [...before, one];
  throw new InvalidArgumentError(`Expected key=value, received ${one}.`);
}
