/** The command and options of `npm run drift -- <endpoint>`. */

import { type Command, InvalidArgumentError } from 'commander';
import { hourOf } from '../../functions/drift/calendar.ts';
import type { WatchedVersion } from '../../functions/drift-contract.ts';
import type { Period } from '../../functions/drift-records/comparison.ts';
import type { Look } from '../../functions/drift-records/report.ts';
import { type Since, sinceOf } from '../query/since.ts';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { findEndpoint } from '../rollout/deployed-endpoint.ts';
import { operatorName, user } from '../rollout/operator.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { acceptedInWords, acceptReference } from './accept.ts';
import { lookAtResults, lookAtSketches, type Question, reportWithPictures } from './compare.ts';
import type { Source } from './read-hours.ts';
import { reportInWords } from './words.ts';

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
  readonly since?: Since;
  readonly most: number;
  readonly reference?: Period;
  readonly accept?: boolean;
  readonly by: string;
}

/** The program. @param now of `--since` */
export function program(now: () => Date = () => new Date()): Command {
  const since = (text: string) => sinceOf(text, now());
  return command('drift', 'Says what has changed in the pictures and answers of an endpoint since a reference period.')
    .argument('<endpoint>', 'name of the endpoint')
    .option('--since <days>', 'first day to read (UTC): 35d, 2026-11-26, all; default: all sketches, or 35d', since)
    .option('--reference <days>', 'first and last day to compare with (UTC): 2026-11-02..2026-11-08', periodOf)
    .option('--most <number>', 'largest number of results to read', countOf, MOST)
    .option('--accept', 'make the week since the drift, or that of --reference, the reference of the monitor')
    .option('--by <name>', 'your name, for the record of --accept', operatorName, user())
    .addHelpText('after', '\nWithout --reference: what was accepted, or the first week of the live version.')
    .action((endpoint: string, options: DriftOptions) => drift(endpoint, options, now));
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

async function drift(endpoint: string, options: DriftOptions, now: () => Date): Promise<void> {
  const deployed = await findEndpoint(connect(options), options.deployment, endpoint);
  const { s3, objects, live, functionName } = deployed;
  const { routing } = await live.read();
  const of: WatchedVersion = { endpoint, functionName, version: routing.version };
  const { reference, json, by } = options;
  if (options.accept) {
    const accepted = await acceptReference(objects, { of, period: reference, by, at: now() });
    processTerminal.print(json ? JSON.stringify(accepted, null, 2) : acceptedInWords(accepted, of, now()));
    return;
  }
  const source = { s3, bucket: objects.bucket, objects };
  const from = options.since === undefined ? undefined : firstMoment(options.since);
  const question = { of, reference, ...(from !== undefined && { from: hourOf(from) }) };
  const look = (await lookAtSketches(source, question)) ?? (await fromResults(source, question, options, now()));
  const report = await reportWithPictures(objects, look, now());
  processTerminal.print(json ? JSON.stringify(report, null, 2) : reportInWords(report));
  if (report.state === 'drift') process.exitCode = DRIFT_FOUND;
}

function fromResults(source: Source, question: Question, { since, most }: DriftOptions, now: Date): Promise<Look> {
  const from = Math.min(
    firstMoment(since ?? sinceOf('35d', now)),
    (question.reference?.from ?? Number.POSITIVE_INFINITY) * 3_600_000,
  );
  return lookAtResults(source, question, { endpoint: question.of.endpoint, from, most });
}

/** Milliseconds since the epoch. */
function firstMoment(since: Since): number {
  return since === '' ? 0 : Date.parse(since);
}
