/** The commands and options of `npm run versions -- <command>`. */

import { Command, InvalidArgumentError } from 'commander';
import { BATCH_MACHINE_OUTPUT } from '../../functions/batch-contract.ts';
import { stackId } from '../../lib/check-config.ts';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import {
  type DeployedEndpoint,
  findEndpoint,
  findEndpoints,
  stackOutputs,
  stackStatus,
} from '../rollout/deployed-endpoint.ts';
import { messageOf, OrderRefusedError } from '../rollout/errors.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import { planPrune } from './plan.ts';
import { dryRun, type PrunedVersion, prune } from './prune.ts';
import { readVersions } from './reading.ts';

interface PruneOptions extends CommonOptions {
  readonly keep: number;
  readonly dryRun?: boolean;
}

/** The versions of one endpoint. JSON. */
interface EndpointVersions {
  readonly endpoint: string;
  readonly function_name: string;
  readonly versions: readonly (PrunedVersion & { readonly published_at: string })[];
}

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  done
   1  refused or failed, or a version could not be deleted; the message has the reason
   2  invalid command line`;

/** All commands. */
export function program(): Command {
  return new Command('versions')
    .description("Lists and deletes published versions of the endpoints' functions.")
    .addCommand(list())
    .addCommand(pruneProgram());
}

function list(): Command {
  return command('list', 'list the published versions and what needs them')
    .argument('[endpoint]', 'default: all')
    .action(async (endpoint: string | undefined, options: CommonOptions) => {
      const found = await endpointsOf(endpoint, options);
      process.exitCode = await versionsCommand(found, { ...options, keep: 0, dryRun: true }, processTerminal);
    });
}

function pruneProgram(): Command {
  return command('prune', 'delete the versions that nothing needs, except for the newest')
    .argument('[endpoint]', 'default: all')
    .requiredOption('--keep <number>', 'how many of the newest versions are kept in any case', countOf)
    .option('--dry-run', 'show what would be deleted')
    .action(async (endpoint: string | undefined, options: PruneOptions) => {
      process.exitCode = await versionsCommand(await endpointsOf(endpoint, options), options, processTerminal);
    });
}

function countOf(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a number from 0 to 9999, received ${text}.`);
}

async function endpointsOf(endpoint: string | undefined, options: CommonOptions): Promise<DeployedEndpoint[]> {
  const connection = connect(options);
  return endpoint === undefined
    ? findEndpoints(connection, options.deployment)
    : [await findEndpoint(connection, options.deployment, endpoint)];
}

/** Because CloudFormation, when it undoes a deployment, moves `candidate` back to a version that nothing else names. */
async function refuseDuringDeployment(endpoint: string, options: CommonOptions): Promise<void> {
  const status = await stackStatus(connect(options), options.deployment, endpoint);
  if (/_COMPLETE$/.test(status)) return;
  throw new OrderRefusedError(
    `Expected a deployed stack of ${endpoint}, received one in ${status}: run this again when its deployment has ended`,
  );
}

/** One endpoint after the other. An error of one is a remark, so that the deletions of the others are printed. */
async function versionsCommand(
  endpoints: readonly DeployedEndpoint[],
  options: PruneOptions,
  terminal: Terminal,
): Promise<number> {
  const all: EndpointVersions[] = [];
  for (const deployed of endpoints) {
    try {
      if (!options.dryRun) await refuseDuringDeployment(deployed.endpoint, options);
      all.push(await versionsOf(deployed, options));
    } catch (error) {
      terminal.note(messageOf(error));
    }
  }
  if (options.json) terminal.print(JSON.stringify(all, null, 2));
  else if (all.length > 0) terminal.print(all.map(inWords).join('\n'));
  const isFailed = all.some(({ versions }) => versions.some(({ outcome }) => outcome === 'failed'));
  return isFailed || all.length < endpoints.length ? EXIT.failed : EXIT.done;
}

async function versionsOf(
  deployed: DeployedEndpoint,
  { keep, dryRun: isDry, deployment }: Pick<PruneOptions, 'keep' | 'dryRun' | 'deployment'>,
): Promise<EndpointVersions> {
  const outputs = await stackOutputs(deployed, `${deployment}-${stackId(deployed.endpoint)}`);
  const reading = await readVersions(deployed, outputs?.[BATCH_MACHINE_OUTPUT]);
  const plan = planPrune(reading, keep);
  const pruned = isDry ? dryRun(plan) : await prune(deployed, plan);
  const withTime = (each: PrunedVersion) => ({ ...each, published_at: reading.publishedAt.get(each.version) ?? '' });
  return { endpoint: deployed.endpoint, function_name: deployed.functionName, versions: pruned.map(withTime) };
}

function inWords({ endpoint, versions }: EndpointVersions): string {
  const lines = versions.map(({ version, published_at, outcome, why }) =>
    `  ${version.padStart(4)}  ${published_at.slice(0, 10)}  ${outcome.padEnd(7)}  ${why.join('; ')}`.trimEnd(),
  );
  return [endpoint, ...lines].join('\n');
}
