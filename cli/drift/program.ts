/** The command and options of `npm run drift -- <endpoint>`. */

import { type Command, InvalidArgumentError } from 'commander';
import { hourOf } from '../../functions/drift/calendar.ts';
import { type Since, sinceOf } from '../query/since.ts';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { findEndpoint } from '../rollout/deployed-endpoint.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { compareHours, type Period } from './compare.ts';
import { readHours } from './read-hours.ts';
import { comparisonAsJson, comparisonInWords } from './words.ts';

/** The exit code where there is a drift. */
export const DRIFT_FOUND = 3;

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
What is compared, and what is guaranteed: docs/drift.md.

Exit codes:
   0  no drift
   1  refused or failed, or there are too few results; the message has the reason
   2  invalid command line
   3  the pictures or the answers have changed`;

/** Results that are read without an order to read more: on AWS $0.04 for the requests, and some minutes. */
const MOST = 100_000;

interface DriftOptions extends CommonOptions {
  readonly since: Since;
  readonly most: number;
  readonly reference?: Period;
}

/** The program. @param now of `--since` */
export function program(now: () => Date = () => new Date()): Command {
  const since = (text: string) => sinceOf(text, now());
  return command('drift', 'Says what has changed in the pictures and answers of an endpoint since a reference period.')
    .argument('<endpoint>', 'name of the endpoint')
    .option('--since <days>', 'first day to read (UTC): 35d, 2026-11-26, all', since, since('35d'))
    .option('--reference <days>', 'first and last day to compare with (UTC): 2026-11-02..2026-11-08', periodOf)
    .option('--most <number>', 'largest number of results to read', countOf, MOST)
    .addHelpText('after', '\nWithout --reference: the first week of the live version, of what is read.')
    .action(drift);
}

/** @throws InvalidArgumentError */
export function periodOf(text: string): Period {
  const [, from = '', to = ''] = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (first <= last) return { from: hourOf(first), to: hourOf(last) + 24 };
  throw new InvalidArgumentError(`Expected a first and a last day (2026-11-02..2026-11-08), received ${text}.`);
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a number from 1, received ${text}.`);
}

async function drift(endpoint: string, options: DriftOptions): Promise<void> {
  const deployed = await findEndpoint(connect(options), options.deployment, endpoint);
  const { since, reference, most } = options;
  const from = Math.min(
    since === '' ? 0 : Date.parse(since),
    (reference?.from ?? Number.POSITIVE_INFINITY) * 3_600_000,
  );
  const { s3, objects, live } = deployed;
  const hours = await readHours({ s3, bucket: objects.bucket, objects }, { endpoint, from, most });
  const { routing } = await live.read();
  const comparison = compareHours(hours, routing.version, reference);
  const shown = options.json
    ? JSON.stringify(comparisonAsJson(endpoint, comparison, hours), null, 2)
    : comparisonInWords(endpoint, comparison, hours);
  processTerminal.print(shown);
  if (comparison.drifts.length > 0) process.exitCode = DRIFT_FOUND;
}
