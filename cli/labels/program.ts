/** The commands and options of `npm run labels`. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { MOST_REVIEWED } from '../../functions/review-contract.ts';
import { MODELS } from '../model/files/package-folder.ts';
import { type Since, sinceOf } from '../query/since.ts';
import { command } from '../rollout/common-options.ts';
import { exportCommand } from './export-command.ts';
import { FORMAT_NAMES } from './formats/formats.ts';
import { importCommand } from './import-command.ts';
import { reviewCommand } from './review-command.ts';

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Which pictures are chosen, and what each format keeps: docs/labels.md.

Exit codes:
   0  done
   1  refused or failed; the message has the reason
   2  invalid command line
   3  import: some decisions were not stored; the message names them`;

/** Pictures that are read without an order to read more: on AWS $0.12 for the requests at most. */
const MOST = 100_000;

/** The program. @param now of `--since` */
export function program(now: () => Date = () => new Date()): Command {
  return new Command('labels')
    .description('Exports pictures of an endpoint to labelling tools, and imports their labels.')
    .addCommand(exporting(now))
    .addCommand(importing())
    .addCommand(reviewing(now));
}

function exporting(now: () => Date): Command {
  return choosing('export', 'Chooses the pictures whose labels teach most, and writes them for a tool.', 10_000, now)
    .addOption(new Option('--as <format>', 'format of the tool').choices(FORMAT_NAMES).makeOptionMandatory())
    .option('--out <folder>', 'folder to write; default: labels-<endpoint>')
    .option('--labels <a,b>', 'further labels to annotate', list, [])
    .action(exportCommand);
}

function reviewing(now: () => Date): Command {
  const what = 'Chooses the pictures whose counts people confirm or correct in the browser.';
  return choosing('review', what, MOST_REVIEWED, now).action(reviewCommand);
}

/** A command that chooses pictures. @param most largest number of them */
function choosing(name: string, what: string, most: number, now: () => Date): Command {
  const since = (text: string): Since => sinceOf(text, now());
  return command(name, what)
    .argument('<endpoint>', 'name of the endpoint')
    .option('--choose <number>', 'number of pictures', whole(1, most), 50)
    .option('--random <share>', 'share of the pictures that is drawn at random, 0 to 1', share, 0.2)
    .option('--seed <number>', 'the same seed chooses the same pictures', whole(0, 2 ** 31), 1)
    .option('--except <folder...>', 'leaves out the pictures of earlier exports')
    .option('--since <days>', 'first day of the pictures (UTC): 30d, 2026-11-26, all', since, since('30d'))
    .option('--most <number>', 'largest number of pictures to read', whole(1, 10_000_000), MOST)
    .option('--models <folder>', 'the folder of model packages, for their thresholds', MODELS);
}

function importing(): Command {
  return command('import', 'Reads corrected labels, and writes them as truth for model eval and for shadows.')
    .argument('<endpoint>', 'name of the endpoint')
    .argument('<path>', 'file or folder of the tool')
    .option('--pictures <folder>', 'the exported folder; default: <path>, or the folder of that file')
    .addOption(new Option('--as <format>', 'format of the tool; default: that of the files').choices(FORMAT_NAMES))
    .option('--confirmed', 'takes labels in which nobody has changed anything')
    .option('--decisions', 'stores the counts as human decisions')
    .option('--by <name>', 'name of the person who decided, for --decisions')
    .addOption(new Option('--token <jwt>', 'token of an operator, where the API expects one').env('API_TOKEN'))
    .option('--golden <files>', 'pictures, by file or id, that become golden pictures of --model', list)
    .option('--model <name>', 'model package of --golden')
    .option('--models <folder>', 'the folder of model packages', MODELS)
    .action(importCommand);
}

function list(text: string): string[] {
  const names = text.split(',').map((each) => each.trim());
  if (names.every((each) => each !== '')) return names;
  throw new InvalidArgumentError(`Expected names with commas between them, received ${text}.`);
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}, received ${text}.`);
  };
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError(`Expected a share from 0 to 1, received ${text}.`);
}
