/** The commands and options of `npm run batch -- <command>`. */

import { Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { type CompareOptions, compareCommand } from './commands/compare.ts';
import { type ReportOptions, reportCommand } from './commands/report.ts';
import { type StartOptions, startCommand } from './commands/start.ts';
import { resumeCommand, stopCommand } from './commands/stop-and-resume.ts';
import { statusCommand, watchCommand } from './commands/watch.ts';
import { findBatch } from './deployed-batch.ts';
import { MOST_PICTURES } from './new-job.ts';

/** The options of commands for one job. */
interface JobOptions extends CommonOptions {
  readonly job?: string;
}

function overSource(name: string, description: string): Command {
  return command(name, description)
    .argument('<endpoint>')
    .option('--from <address>', 'pictures below s3://bucket/prefix')
    .option('--manifest <address>', 's3://bucket/key of a .csv or .jsonl: Key, and Bucket, VersionId, Etag, Size')
    .option('--limit <number>', 'only the first so many pictures; default: all', number(1, MOST_PICTURES))
    .option('--concurrency <number>', 'invocations at a time; default: that of the setting', number(1, 1000))
    .option('--tolerate <percent>', 'pictures that may fail before the job ends; rejected ones have not', percent, 1)
    .option('--yes', 'start without a question');
}

function start(): Command {
  return overSource('start', 'forecast a job over pictures in S3, and start it')
    .option('--version <name>', 'a published version, live or candidate; the job keeps the version', 'live')
    .option('--pictures', 'store annotated pictures, too')
    .action(async (endpoint: string, options: CommonOptions & StartOptions) =>
      startCommand(await findBatch(endpoint, options), options, processTerminal),
    );
}

function compare(): Command {
  return overSource('compare', 'answer the same pictures by two versions, and compare the results')
    .option('--baseline <name>', 'a published version, live or candidate', 'live')
    .option('--candidate <name>', 'likewise', 'candidate')
    .option('--out <file>', 'write the page into a file, too, with small pictures')
    .action(async (endpoint: string, options: CommonOptions & CompareOptions) =>
      compareCommand(await findBatch(endpoint, options), options, processTerminal),
    );
}

function ofJob(name: string, description: string): Command {
  return command(name, description)
    .argument('<endpoint>')
    .option('--job <name>', 'a job, as start names it; default: the newest');
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number, ${least} to ${most}, received ${text}.`);
  };
}

/** `1%` or `1`. */
function percent(text: string): number {
  const digits = text.replace(/%$/, '').trim();
  const value = Number(digits);
  if (digits !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError(`Expected a percentage, 0 to 100, received ${text}.`);
}

/** All commands. */
export function program(): Command {
  return new Command('batch')
    .description("Runs an endpoint's function over pictures in S3, on AWS and on the local emulator.")
    .addCommand(start())
    .addCommand(compare())
    .addCommand(
      ofJob('status', 'show a job').action(async (endpoint: string, options: JobOptions) => {
        process.exitCode = await statusCommand(await findBatch(endpoint, options), options, processTerminal);
      }),
    )
    .addCommand(
      ofJob('watch', 'follow a job until it ends').action(async (endpoint: string, options: JobOptions) => {
        process.exitCode = await watchCommand(await findBatch(endpoint, options), options, processTerminal);
      }),
    )
    .addCommand(
      ofJob('stop', 'start no more pictures; results stay').action(async (endpoint: string, options: JobOptions) =>
        stopCommand(await findBatch(endpoint, options), options, processTerminal),
      ),
    )
    .addCommand(
      ofJob('resume', 'go on with a job that was stopped or has failed').action(
        async (endpoint: string, options: JobOptions) =>
          resumeCommand(await findBatch(endpoint, options), options, processTerminal),
      ),
    )
    .addCommand(
      ofJob('report', 'counts, reasons and the slowest pictures of a job that has ended')
        .option('--sheet <file>', 'write a contact sheet: random pictures, most objects, none, slowest, rejected')
        .action(async (endpoint: string, options: CommonOptions & ReportOptions) =>
          reportCommand(await findBatch(endpoint, options), options, processTerminal),
        ),
    );
}
