/** The command and options of `npm run accuracy -- <endpoint>`. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { accuracyRow } from '../../functions/api/accuracy-schemas.ts';
import { daysBefore, readEstimates } from '../../functions/standing/accuracy.ts';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { findEndpoint } from '../rollout/deployed-endpoint.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { estimatesInWords } from './words.ts';

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
What is estimated, and what is assumed: docs/accuracy.md.

Exit codes:
   0  done, also where it cannot be told
   1  refused or failed; the message has the reason
   2  invalid command line`;

/** Days of each period. */
const LENGTHS = { day: 1, week: 7 } as const;

interface AccuracyOptions extends CommonOptions {
  readonly by: keyof typeof LENGTHS;
  readonly days: number;
  readonly pictures: number;
  readonly decisions: number;
}

/** The program. @param now the time of the command */
export function program(now: () => Date = () => new Date()): Command {
  const by = new Option('--by <period>', 'periods that are estimated').choices(Object.keys(LENGTHS)).default('week');
  return command('accuracy', 'Estimates how well an endpoint counts, from confidences and from what people counted.')
    .argument('<endpoint>', 'name of the endpoint')
    .addOption(by)
    .option('--days <number>', 'days until today (UTC)', countOf, 28)
    .option('--pictures <number>', 'largest number of pictures to read of each period', countOf, 500)
    .option('--decisions <number>', 'largest number of decisions to read', countOf, 2000)
    .action((endpoint: string, options: AccuracyOptions) => accuracy(endpoint, options, now()));
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a number from 1, received ${text}.`);
}

async function accuracy(endpoint: string, options: AccuracyOptions, now: Date): Promise<void> {
  const { by, days, pictures, decisions, deployment, json } = options;
  const deployed = await findEndpoint(connect(options), deployment, endpoint);
  const length = LENGTHS[by];
  const periods = daysBefore(now, Math.max(days, length), length);
  const estimates = await readEstimates(deployed, periods, { pictures, decisions });
  processTerminal.print(
    json
      ? JSON.stringify({ endpoint, estimates: estimates.map(accuracyRow) }, null, 2)
      : estimatesInWords(endpoint, estimates),
  );
}
