/** The command and options of `npm run query -- "select …"`. */

import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { bucketOf } from '../rollout/deployed-endpoint.ts';
import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';
import { makeOutputFolder } from '../terminal/output-file.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import { tablesOfBucket } from './bucket-results.ts';
import { Database } from './database.ts';
import { NoResultsError } from './errors.ts';
import { printAnswer } from './output.ts';
import { type Since, sinceOf } from './since.ts';

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Tables: pictures (a row for each result) and objects (a row for each object), described in docs/tables.md.

Exit codes:
   0  done
   1  refused or failed, or there are no results; the message has the reason
   2  invalid command line`;

/** Results that are read without an order to read more: on AWS $0.04 for the requests, and some minutes. */
const MOST = 100_000;

interface QueryOptions extends CommonOptions {
  readonly csv?: boolean;
  readonly endpoint?: string;
  readonly since: Since;
  readonly most: number;
  readonly save?: string;
  readonly tables?: string;
}

/** The folder of `--save` or `--tables` cannot be used. */
class FolderError extends ExitCodeError {
  override readonly name = 'FolderError';
  readonly exitCode = EXIT.usage;
}

/** The program. @param now of `--since` */
export function program(now: () => Date = () => new Date()): Command {
  const fromBucket = ['local', 'since', 'endpoint', 'most', 'save'];
  const since = (text: string) => sinceOf(text, now());
  return command('query', 'Runs SQL over the results of the endpoints, and of batch jobs.')
    .argument('<sql>', 'one statement of DuckDB, as "select count(*) from pictures"')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .addOption(
      new Option('--since <days>', 'first day (UTC): 7d, 2026-11-26, all').default(since('7d'), '7d').argParser(since),
    )
    .option('--endpoint <name>', 'read the results of one endpoint only', endpointName)
    .option('--most <number>', 'largest number of results to read', countOf, MOST)
    .option('--save <folder>', 'keep the tables as Parquet in a new folder', folderOf)
    .addOption(
      new Option('--tables <folder>', 'query the tables that --save kept').argParser(folderOf).conflicts(fromBucket),
    )
    .action((sql: string, options: QueryOptions) => query(sql, options, processTerminal));
}

/** Because the name becomes a part of keys. */
function endpointName(text: string): string {
  if (/^[a-z](?:-?[a-z0-9])+$/.test(text)) return text;
  throw new InvalidArgumentError(`Expected the name of an endpoint, received ${text}.`);
}

function folderOf(text: string): string {
  const folder = resolve(text);
  if (!folder.includes('\\')) return folder;
  throw new InvalidArgumentError(
    `Expected a folder without a backslash, which DuckDB takes for a slash, received ${folder}.`,
  );
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a number from 1, received ${text}.`);
}

async function query(sql: string, options: QueryOptions, terminal: Terminal): Promise<void> {
  await withWorkspace(async (workspace) => {
    const database = await Database.open(workspace);
    try {
      // Before the results are read, because that can take minutes.
      await database.parse(sql);
      const folder = options.tables ?? options.save ?? workspace;
      if (options.tables !== undefined) await expectTables(folder);
      else await makeTables(folder, workspace, options, terminal);
      await database.attach(folder);
      const format = options.csv ? 'csv' : options.json ? 'json' : 'table';
      await printAnswer(await database.query(sql), format, terminal);
    } finally {
      database.close();
    }
  });
}

async function makeTables(target: string, workspace: string, options: QueryOptions, terminal: Terminal) {
  if (target === options.save) await makeEmpty(target);
  const connection = connect(options);
  const { bucket } = await bucketOf(connection, options.deployment);
  await tablesOfBucket({ s3: connection.s3, bucket }, options, { target, workspace }, terminal);
}

/** Because rows of results that are erased since would stay in a folder of earlier tables. */
async function makeEmpty(folder: string): Promise<void> {
  await makeOutputFolder(folder, '--save');
  const count = (await readdir(folder)).length;
  if (count > 0) throw new FolderError(`Expected an empty folder for --save, received ${folder} with ${count} entries`);
}

async function expectTables(folder: string): Promise<void> {
  const entries = await readdir(join(folder, 'tables')).catch(() => []);
  if (entries.length > 0) return;
  throw new NoResultsError(`Expected a folder that --save made for --tables, received ${folder}`);
}

/** A temporary folder, which is deleted in any case, because it has rows of results. */
async function withWorkspace(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'query-'));
  const interrupted = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await work(folder);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await rm(folder, { recursive: true, force: true });
  }
}
