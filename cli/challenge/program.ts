/** The command line of a comparison: the options of `npm run deploy -- --challengers`. */

import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { list } from '../model/commands/arguments.ts';
import type { Target } from '../rollout/connection.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { challenge } from './challenge.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

/** The options of a comparison. */
export interface ChallengeOptions extends Target {
  readonly challengers: readonly string[];
  readonly endpoint: string;
  readonly photos: string;
  readonly truth: string;
  /** Folder of the record. */
  readonly out: string;
  /** Nothing is written into the settings, so that nothing is deployed. */
  readonly compareOnly?: true;
  /** CDK context as `key=value`; `endpoints` and `models` are used. */
  readonly context: readonly string[];
}

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
  0  a challenger wins: it is written into the settings, and the deployment follows (with --compare-only: neither)
  1  refused or failed; the message has the reason
  2  invalid command line
  3  nobody wins: live stays, and nothing is deployed`;

/** The command. */
export function program(): Command {
  return new Command('npm run deploy -- --challengers')
    .description(
      'Lets several challengers answer the same labelled pictures as live, and deploys the best if it is proven to ' +
        'be better than live. It is written into the settings, and its rollout begins as always, but agreement with ' +
        'live is not judged. A challenger is a model package: name, or with other thresholds than the endpoint ' +
        'declares name@confidence=0.4@iou=0.5; @confidence=package takes those of the package. Another input size ' +
        'is another package (npm run model -- add … --size 640x640).',
    )
    .requiredOption('--challengers <a,b,c>', 'challengers, separated by commas; at most 10', list)
    .requiredOption('--endpoint <name>', 'endpoint of the kind count, deployed')
    .requiredOption('--photos <folder>', 'folder of labelled pictures')
    .requiredOption('--truth <file>', 'their labels, in a format of npm run model -- eval (docs/evaluation.md)')
    .option('--out <folder>', 'folder for the record, JSON and a page', (text) => resolve(text), process.cwd())
    .option('--compare-only', 'compare and write the record, but change no settings and deploy nothing')
    .option('--local', 'the emulator that runs on this machine instead of AWS')
    .option('--home <folder>', 'folder of the emulator', (text) => resolve(text), join(PROJECT, '.laptop'))
    .option('--port <number>', 'port of the HTTP API, if several emulators run')
    .option('-c, --context <key=value>', 'CDK context; endpoints and models are used', repeated, [] as string[])
    .action(async (options: ChallengeOptions) => {
      process.exitCode = await challenge(options, processTerminal);
    });
}

function repeated(one: string, all: readonly string[]): string[] {
  return [...all, one];
}
