/** The commands and options of `npm run rollout -- <command>`. */

import { Command, InvalidArgumentError } from 'commander';
import { LONGEST_WAIT_SECONDS } from '../../functions/records/execution.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { type ControlOptions, controlCommand } from './commands/control.ts';
import { type ForecastOptions, forecastCommand } from './commands/forecast.ts';
import { type ReportOptions, reportCommand } from './commands/report.ts';
import { type RollbackOptions, rollbackCommand } from './commands/rollback.ts';
import { type StartOptions, startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { type WatchOptions, watchCommand } from './commands/watch.ts';
import { type CommonOptions, command } from './common-options.ts';
import { connect } from './connection.ts';
import { type DeployedEndpoint, findEndpoint, findEndpoints } from './deployed-endpoint.ts';
import { operatorName, user } from './operator.ts';
import type { Order } from './orders.ts';
import { findForRollback } from './rollback-endpoint.ts';

/** Finds one endpoint by its name and the options. */
export function endpointOf(endpoint: string, options: CommonOptions): Promise<DeployedEndpoint> {
  return findEndpoint(connect(options), options.deployment, endpoint);
}

function status(): Command {
  return command('status', 'show the status of one endpoint, or of all')
    .argument('[endpoint]', 'default: all')
    .action(async (endpoint: string | undefined, options: CommonOptions) => {
      const endpoints =
        endpoint === undefined
          ? await findEndpoints(connect(options), options.deployment)
          : [await endpointOf(endpoint, options)];
      const view = { one: endpoint !== undefined, json: options.json === true };
      process.exitCode = await statusCommand(endpoints, view, processTerminal);
    });
}

function watch(): Command {
  return command('watch', 'follow a rollout until it ends, or waits for an operator')
    .argument('<endpoint>')
    .option('--version <number>', 'follow the rollout of this version; default: the running or the last one')
    .option('--keep-watching', 'go on while the rollout waits for an operator')
    .action(async (endpoint: string, options: CommonOptions & WatchOptions) => {
      process.exitCode = await watchCommand(await endpointOf(endpoint, options), options, processTerminal);
    });
}

/** The options of an order. */
interface OrderOptions extends CommonOptions, ControlOptions {
  readonly by: string;
  readonly all?: boolean;
  readonly resume?: boolean;
}

function control(name: string, description: string, kind: (options: OrderOptions) => Order): Command {
  return command(name, description)
    .argument('<endpoint>')
    .option('--by <name>', 'your name, for the record', operatorName, user())
    .option('--wait <seconds>', 'longest wait until a tick executes the order; 0: do not wait', seconds, WAIT_SECONDS)
    .action(async (endpoint: string, options: OrderOptions) => {
      const { by, resume } = options;
      const wanted = { kind: kind(options), by, ...(resume !== undefined && { resume }) };
      await controlCommand(await endpointOf(endpoint, options), wanted, options, processTerminal);
    });
}

/** A tick can last a minute. */
const WAIT_SECONDS = LONGEST_WAIT_SECONDS + 60;

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 86_400) return value;
  throw new InvalidArgumentError(`Expected seconds, 0 to 86400, received ${text}.`);
}

function promote(): Command {
  return control('promote', 'go to the next step without a verdict; not before the golden gate passes', ({ all }) =>
    all ? 'promote-all' : 'promote',
  )
    .option('--all', 'give all traffic to the candidate at once')
    .option('--resume', 'end a hold: without this option, promote is refused while an operator holds the rollout');
}

function start(): Command {
  return startOf('start', 'start a rollout of a published version again, without a deployment', {});
}

function judge(): Command {
  const text = 'start the rollout of a version again, with people as the judge of its shadow';
  return startOf('judge', text, { judge: 'people' });
}

function startOf(name: string, text: string, how: Pick<StartOptions, 'judge'>): Command {
  return command(name, text)
    .argument('<endpoint>')
    .option('--version <number>', 'a published version; default: the newest')
    .option('--by <name>', 'your name, for the record', operatorName, user())
    .action(async (endpoint: string, options: CommonOptions & StartOptions) =>
      startCommand(await endpointOf(endpoint, options), { ...options, ...how }, processTerminal),
    );
}

function rollback(): Command {
  return command('rollback', 'move all traffic back at once, and end a running rollout')
    .argument('<endpoint>')
    .option('--to <version>', 'a published version; default: the previous one')
    .option('--by <name>', 'your name, for the record', operatorName, user())
    .option('--function <name>', "the endpoint's detect function; default: by CloudFormation, else by a search")
    .action(async (endpoint: string, options: CommonOptions & RollbackOptions & { function?: string }) => {
      const { deployment: name, function: functionName } = options;
      const named = { deployment: name, endpoint, ...(functionName !== undefined && { functionName }) };
      const deployed = await findForRollback(connect(options), named, processTerminal);
      await rollbackCommand(deployed, options, processTerminal);
    });
}

function report(): Command {
  return command('report', 'write a page about a rollout: verdict, charts, history, the pictures that differ most')
    .argument('<endpoint>')
    .option('--version <number>', 'a published version; default: that of the last rollout')
    .option('--out <file>', 'path of the page; default: rollout-<endpoint>-v<version>.html')
    .action(async (endpoint: string, options: CommonOptions & ReportOptions) =>
      reportCommand(await endpointOf(endpoint, options), options, processTerminal),
    );
}

function forecast(): Command {
  return command('forecast', 'foretell how long a rollout will take, before a deployment')
    .argument('<endpoint>', 'an endpoint of the settings')
    .option(
      '--requests-per-minute <number>',
      'default: of the last day where it is deployed, else of the settings',
      rate,
    )
    .option(
      '--errors <percent>',
      'requests that fail in both versions: 0.1%; default: of the last day, else none',
      share,
    )
    .option('--rejections <percent>', 'requests that both reject; default: of the last day, else none', share)
    .option('--plan <json>', 'a plan to try; default: that of the settings')
    .option('--endpoints <file>', 'module that exports the deployment; default: lib/endpoints.ts')
    .option('--rollouts <number>', 'rollouts to simulate', rollouts, 200)
    .action((endpoint: string, options: ForecastOptions) => forecastCommand(endpoint, options, processTerminal));
}

function rate(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`Expected requests per minute, over 0, received ${text}.`);
}

/** `0.1%` or `0.1`: percent, as on the pages. @returns 0–1 */
function share(text: string): number {
  const percent = Number(text.replace(/ ?%$/, ''));
  if (text.trim() !== '' && percent >= 0 && percent < 100) return percent / 100;
  throw new InvalidArgumentError(`Expected a percentage, at least 0 % and under 100 %, received ${text}.`);
}

function rollouts(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 20 && value <= 10_000) return value;
  throw new InvalidArgumentError(`Expected a whole number of rollouts, 20 to 10000, received ${text}.`);
}

/** All commands. */
export function program(): Command {
  return new Command('rollout')
    .description('Shows and controls the rollouts of new versions, on AWS and on the local emulator.')
    .addCommand(status())
    .addCommand(watch())
    .addCommand(forecast())
    .addCommand(start())
    .addCommand(judge())
    .addCommand(control('hold', 'stay in the step until resume; a proven failure still rolls back', () => 'hold'))
    .addCommand(control('resume', 'continue after a hold', () => 'resume'))
    .addCommand(promote())
    .addCommand(rollback())
    .addCommand(report());
}
