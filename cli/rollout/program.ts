/** `npm run rollout -- <command>`: the commands as they are called. */

import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { deployment } from '../../lib/endpoints.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { type ControlOptions, controlCommand } from './commands/control.ts';
import { type ReportOptions, reportCommand } from './commands/report.ts';
import { type RollbackOptions, rollbackCommand } from './commands/rollback.ts';
import { statusCommand } from './commands/status.ts';
import { watchCommand } from './commands/watch.ts';
import { connect, type Target } from './connection.ts';
import { type DeployedEndpoint, findEndpoint, findEndpoints } from './deployed-endpoint.ts';
import type { Order } from './orders.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/** Options that every command has. */
export interface CommonOptions extends Target {
  readonly deployment: string;
  readonly json?: boolean;
}

/** Finds one endpoint by what the user said. */
export function endpointOf(endpoint: string, options: CommonOptions): Promise<DeployedEndpoint> {
  return findEndpoint(connect(options), options.deployment, endpoint);
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--local', 'the laptop that runs here (npm start), instead of AWS by its usual settings')
    .option('--deployment <name>', 'the name of the deployment', deployment.name)
    .option('--home <folder>', "the laptop's folder", (text) => resolve(text), join(PROJECT, '.laptop'))
    .option('--port <number>', "port of the laptop's HTTP API, if several are running")
    .option('--json', 'JSON instead of words');
}

/** Who did it is kept with the alias, of which Lambda keeps 256 characters in all. */
const MOST_NAME = 60;

function person(text: string): string {
  if (text.trim() !== '' && text.length <= MOST_NAME) return text;
  throw new InvalidArgumentError(`Expected a name of 1 to ${MOST_NAME} characters, received ${text.length}.`);
}

function user(): string {
  return userInfo().username.slice(0, MOST_NAME);
}

function status(): Command {
  return command('status', 'tells where an endpoint stands, or all of them')
    .argument('[endpoint]', 'default: all')
    .action(async (endpoint: string | undefined, options: CommonOptions) => {
      const endpoints =
        endpoint === undefined
          ? await findEndpoints(connect(options), options.deployment)
          : [await endpointOf(endpoint, options)];
      const look = { one: endpoint !== undefined, json: options.json === true };
      process.exitCode = await statusCommand(endpoints, look, processTerminal);
    });
}

function watch(): Command {
  return command('watch', 'follows a rollout until it ends')
    .argument('<endpoint>')
    .action(async (endpoint: string, options: CommonOptions) => {
      process.exitCode = await watchCommand(await endpointOf(endpoint, options), options, processTerminal);
    });
}

function control(name: string, description: string, kind: (options: { all?: boolean }) => Order): Command {
  return command(name, description)
    .argument('<endpoint>')
    .option('--by <name>', 'who asks, for the record', person, user())
    .option('--wait <seconds>', 'how long to wait until the rollout has obeyed; 0: not at all', seconds, WAIT_SECONDS)
    .action(async (endpoint: string, options: CommonOptions & ControlOptions & { all?: boolean }) =>
      controlCommand(await endpointOf(endpoint, options), kind(options), options, processTerminal),
    );
}

/** A tick comes every minute, and can last one. */
const WAIT_SECONDS = 120;

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 86_400) return value;
  throw new InvalidArgumentError(`Expected seconds, 0 to 86400, received ${text}.`);
}

function promote(): Command {
  return control('promote', 'to the next step, whatever the gates say; not before the golden gate', ({ all }) =>
    all ? 'promote-all' : 'promote',
  ).option('--all', 'to all traffic at once');
}

function rollback(): Command {
  return command('rollback', 'all traffic back at once, and the end of a running rollout')
    .argument('<endpoint>')
    .option('--to <version>', 'a published version; default: the one before')
    .option('--by <name>', 'who does it, for the record', person, user())
    .action(async (endpoint: string, options: CommonOptions & RollbackOptions) =>
      rollbackCommand(await endpointOf(endpoint, options), options, processTerminal),
    );
}

function report(): Command {
  return command('report', 'writes a page about a rollout: verdict, charts, history, the pictures that differ most')
    .argument('<endpoint>')
    .option('--version <number>', 'a published version; default: the one that is or was rolled out last')
    .option('--out <file>', 'where to write the page; default: rollout-<endpoint>-v<version>.html')
    .action(async (endpoint: string, options: CommonOptions & ReportOptions) =>
      reportCommand(await endpointOf(endpoint, options), options, processTerminal),
    );
}

/** All commands. */
export function program(): Command {
  return new Command('rollout')
    .description('Shows and steers how new versions of endpoints get their traffic, on AWS and on the laptop alike.')
    .addCommand(status())
    .addCommand(watch())
    .addCommand(control('hold', 'stays in the step until resume; a proven fault still rolls back', () => 'hold'))
    .addCommand(control('resume', 'goes on after a hold', () => 'resume'))
    .addCommand(promote())
    .addCommand(rollback())
    .addCommand(report());
}
