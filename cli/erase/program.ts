/** The command and options of `npm run erase -- <endpoint> <id>`. */

import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { storedResultSchema } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { uploadName } from '../../functions/records/recorded-requests.ts';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { bucketOf, isDeployed } from '../rollout/deployed-endpoint.ts';
import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import { findCopies, type Prediction } from './copies.ts';
import { findReports } from './drift-reports.ts';
import { erase } from './erase.ts';
import { ObjectVersions } from './object-versions.ts';
import { copiesInWords, receiptInWords, receiptOf } from './receipt.ts';
import { findRows, removeFromTables, type TableContext, withRows } from './table-rows.ts';

/** An object could not be deleted; the receipt names it. */
export const EXIT_INCOMPLETE = 3;

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  nothing is left of the prediction, or nothing was found
   1  refused, or failed before a deletion; the message has the reason
   2  invalid command line, or --yes is missing without a terminal
   3  not complete; the receipt names what is left`;

/** The deletion was not confirmed. */
export class NotConfirmedError extends ExitCodeError {
  override readonly name = 'NotConfirmedError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

interface EraseOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** The program. */
export function program(): Command {
  return command('erase', 'Deletes a picture and all that was made from it, in all versions, and prints a receipt.')
    .argument('<endpoint>', 'its name; it may be deleted already', endpointName)
    .argument('<id>', 'the id of the prediction or upload', predictionId)
    .option('--yes', 'delete without a question')
    .option('--dry-run', 'show what would be deleted')
    .action(async (endpoint: string, id: string, options: EraseOptions) => {
      process.exitCode = await eraseCommand({ endpoint, id }, options, processTerminal);
    });
}

/** Because both become parts of keys, which a deletion searches by prefix. */
function endpointName(text: string): string {
  if (/^[a-z](?:-?[a-z0-9])+$/.test(text)) return text;
  throw new InvalidArgumentError(`Expected the name of an endpoint, received ${text}.`);
}

function predictionId(text: string): string {
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(text)) return text;
  throw new InvalidArgumentError(`Expected an id (a UUID, or 32 hex digits), received ${text}.`);
}

async function eraseCommand(
  named: Pick<Prediction, 'endpoint' | 'id'>,
  options: EraseOptions,
  terminal: Terminal,
): Promise<number> {
  const connection = connect(options);
  const objects = await bucketOf(connection, options.deployment);
  if (!(await isDeployed(connection, options.deployment, named.endpoint))) {
    terminal.note(`${named.endpoint} is not deployed; its objects in the bucket are searched`);
  }
  const store = new ObjectVersions(objects.bucket, connection.s3);
  const prediction = { ...named, ...(await keysOf(objects, named)) };
  const reports = () => findReports({ objects, store }, named);
  if (options.dryRun || !options.yes) {
    const [own, rows] = [await findCopies(store, prediction), await findRows({ objects, store }, named)];
    const copies = [...own, ...(await reports()), ...rows];
    if (options.dryRun) {
      terminal.print(options.json ? JSON.stringify(copies, null, 2) : copiesInWords(copies));
      return EXIT.done;
    }
    if (copies.length > 0) await confirm(copiesInWords(copies), terminal);
  }
  const erasure = await erase(store, prediction, reports);
  const tables = await removeFromTables(tableContext(objects, store, terminal), named);
  const receipt = receiptOf(prediction, withRows(erasure, tables), { bucket: objects.bucket, at: new Date() });
  terminal.print(options.json ? JSON.stringify(receipt, null, 2) : receiptInWords(receipt));
  return receipt.complete ? EXIT.done : EXIT_INCOMPLETE;
}

function tableContext(objects: Objects, store: ObjectVersions, { note }: Terminal): TableContext {
  const clock = { now: () => new Date() };
  const wait = (seconds: number) => setTimeout(seconds * 1000);
  return { objects, store, clock, workspace: tmpdir(), holder: `erase ${randomUUID()}`, wait, note };
}

/** So that not all uploads and inputs are searched. A result that is damaged is deleted like another one. */
async function keysOf(
  objects: Objects,
  { endpoint, id }: Prediction,
): Promise<Pick<Prediction, 'uploadKey' | 'noteKey'>> {
  const json = await objects.findJson(KEYS.result(endpoint, id)).catch((error: unknown) => {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  });
  const { data } = storedResultSchema.safeParse(json);
  if (!data) return {};
  if (data.source.kind === 'http') return { noteKey: null };
  const noteKey = KEYS.input(endpoint, uploadName(Date.parse(data.created_at), id));
  return { uploadKey: data.source.key, noteKey };
}

async function confirm(copies: string, terminal: Terminal): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new NotConfirmedError('Expected --yes where no terminal can confirm the deletion, received none', EXIT.usage);
  }
  terminal.note(`${copies}\nThis cannot be undone.`);
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question('Type yes to delete them: ');
  questions.close();
  if (answer.trim() !== 'yes') throw new NotConfirmedError('Nothing was deleted', EXIT.failed);
}
