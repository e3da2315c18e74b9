/** The commands of `npm run ci -- <command>`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { makeOutputFolder } from '../terminal/output-file.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { type CheckOptions, checkChange } from './check/check.ts';
import { CHECK_FAILED } from './exit-codes.ts';
import { commentTable } from './github/comment.ts';
import { type InitOptions, initGithub } from './github/init.ts';
import { FILES, OUT, PROJECT } from './project.ts';
import { pack, sha256Of } from './release/archive.ts';
import { type DeployOptions, deployAssembly } from './release/deploy.ts';
import { type WatchOptions, watchRelease } from './release/watch.ts';
import { type SynthesisOptions, synthesizeInto } from './synthesize.ts';

/** A command with the folder that the steps share. */
function step(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--out <folder>', 'folder of the files that the steps hand on', (text) => resolve(text), OUT);
}

/** A step that the emulator can stand in for AWS. The variables are for workflows that run on this machine. */
function localStep(name: string, description: string): Command {
  return step(name, description).addOption(
    new Option('--local', 'for the emulator that runs on this machine (npm start) instead of AWS').env('CI_LOCAL'),
  );
}

function targetStep(name: string, description: string): Command {
  return localStep(name, description)
    .addOption(
      new Option('--home <folder>', 'folder of the emulator')
        .env('CI_HOME')
        .argParser((text) => resolve(text))
        .default(join(PROJECT, '.laptop')),
    )
    .addOption(new Option('--port <number>', "port of the emulator's HTTP API, if several run").env('CI_PORT'));
}

function context(command: Command): Command {
  return command.option(
    '-c, --context <key=value>',
    'CDK context, like the -c of cdk; can be repeated',
    (one, all: readonly string[]) => [...all, one],
    [] as string[],
  );
}

/** A branch or an environment, as far as a workflow can name it without quotes. */
function plainName(text: string): string {
  if (/^[A-Za-z][\w./-]*$/.test(text)) return text;
  throw new InvalidArgumentError(`Expected a letter, then letters, digits, . _ / -; received "${text}".`);
}

function init(): Command {
  return new Command('init')
    .description('writes the workflows for pull requests and for releases')
    .addArgument(new Argument('<host>', 'where the repository is').choices(['github']))
    .option('--branch <name>', 'the branch that is deployed', plainName, 'main')
    .option('--first <name>', 'GitHub environment of the first account', plainName, 'staging')
    .option('--next <name>', 'GitHub environment of the account after it', plainName, 'production')
    .option('--yes', 'replace files that were edited')
    .action((_host: string, options: InitOptions) => initGithub(PROJECT, options, processTerminal));
}

function check(): Command {
  return context(
    localStep('check', 'golden pictures, answers on labelled photos, stacks and costs of a change, as one table'),
  )
    .option('--base <commit>', 'the version before: where this one left that branch or commit', 'main')
    .action(async (options: CheckOptions) => {
      if (!(await checkChange(options, processTerminal))) process.exitCode = CHECK_FAILED;
    });
}

function comment(): Command {
  return step('comment', 'writes the table of check into the pull request of this job').action(
    ({ out }: { readonly out: string }) => commentTable(out, process.env, processTerminal),
  );
}

function synth(): Command {
  return context(localStep('synth', 'synthesizes the stacks and packs them with their assets')).action(
    async ({ out, ...options }: SynthesisOptions & { readonly out: string }) => {
      await makeOutputFolder(out, '--out');
      const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
      try {
        await synthesizeInto(folder, options);
        const archive = join(out, FILES.assembly);
        pack(folder, archive);
        processTerminal.print(`assembly ${await sha256Of(archive)}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
}

function deploy(): Command {
  return targetStep('deploy', 'deploys the packed stacks, and notes the versions that they publish').action(
    (options: DeployOptions) => deployAssembly(options, processTerminal),
  );
}

function watch(): Command {
  return targetStep('watch', 'waits for the verdicts on the versions that deploy has noted')
    .option('--minutes <number>', 'longest wait; the rollouts continue after it', minutes, MOST_MINUTES)
    .action(async (options: WatchOptions) => {
      process.exitCode = await watchRelease(options, processTerminal);
    });
}

/** A rollout of the default plan holds for two days at most before it raises its alarm; some plans hold longer. */
const MOST_MINUTES = 7 * 24 * 60;

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= MOST_MINUTES) return value;
  throw new InvalidArgumentError(`Expected minutes over 0, at most ${MOST_MINUTES}, received ${text}.`);
}

/** All commands. */
export function program(): Command {
  return new Command('ci')
    .description('The steps of a pipeline: each runs here as it runs there (docs/ci.md).')
    .addCommand(init())
    .addCommand(check())
    .addCommand(comment())
    .addCommand(synth())
    .addCommand(deploy())
    .addCommand(watch());
}
